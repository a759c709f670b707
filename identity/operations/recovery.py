"""A recovery that found its person: it is stopped by the account's devices or e-mail, or completed with a new passkey."""

from collections.abc import Mapping
from typing import Any

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.problems import Conflict, NotFound
from identity.jobs.notices import tell
from identity.jobs.passkeys import revoke_passkeys
from identity.jobs.review_cases import open_case
from identity.models import Account, AccountNotice, Passkey, Recovery, ReviewCase
from identity.operations.passkeys import begin_registration, complete_registration
from identity.queries.recoveries import COMPLETE_WITHIN, MOST_STOPS, STOPPED_OFTEN, own_recovery, stops_that_count
from identity.queries.stop_links import recovery_in
from identity.tasks import mail_notice

State = Recovery.State
STOPPED_OFTEN_REASON = {
    "code": STOPPED_OFTEN,
    "sentence": f"Recoveries of this account were stopped {MOST_STOPS} times within 30 days: somebody alike may be asking"
    " for it, or somebody else may hold its devices.",
}


def stop_recovery(*, recovery_id: int, account_id: int) -> Recovery:
    """Stop it from a device that is signed in; stopping twice is the same as once.

    Raises NotFound, also for another account's, and Conflict when it is completed or has lapsed.
    """
    if not Recovery.objects.filter(pk=recovery_id, account_id=account_id).exists():
        raise NotFound("Your account has no recovery with this id.", code="no_recovery")
    return _stop(recovery_id, Recovery.StoppedBy.DEVICE)


def stop_by_link(*, token: str) -> Recovery:
    """Stop it by the link in the e-mail, without signing in. Raises NotFound and Conflict as `stop_recovery` does."""
    recovery = recovery_of_link(token=token)
    return _stop(recovery.pk, Recovery.StoppedBy.LINK)


def recovery_of_link(*, token: str) -> Recovery:
    """The recovery that a letter's link is about. Raises NotFound for a link that was not made here."""
    recovery_id = recovery_in(token)
    known = Recovery.objects.select_related("account").exclude(account=None)
    found = known.filter(pk=recovery_id).first() if recovery_id is not None else None
    if found is None:
        raise NotFound("This link is not one of ours, or what it was about is gone.", code="no_recovery")
    return found


def begin_completion(*, recovery_id: int, secret: str) -> dict[str, Any]:
    """Once nobody can stop it any more: ask the person's device for a new passkey.

    Raises NotFound, and Conflict (code `recovery_waiting`, with `revert_until`) before its time.
    """
    recovery = own_recovery(recovery_id=recovery_id, secret=secret)
    _require_completable(recovery)
    return begin_registration(account_id=_account_of(recovery), proven=True)


def complete_recovery(*, recovery_id: int, secret: str, response: Mapping[str, Any], name: str = "") -> Passkey:
    """Give the account its new passkey; every earlier passkey, token, session and the password end with it.

    Person, account and all that hangs on them stay. Raises NotFound, Conflict as `begin_completion` does, and whatever
    `complete_registration` does: nothing has changed then.
    """
    account_id = _account_of(own_recovery(recovery_id=recovery_id, secret=secret))
    with transaction.atomic():
        # The account first, as everywhere: a stop at the same instant waits here, or was first.
        account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
        recovery = Recovery.objects.select_for_update().get(pk=recovery_id)
        _require_completable(recovery)
        if not account.is_active:
            raise Conflict("This account was closed since.", code="account_closed")
        revoke_passkeys(account_id=account_id, reason="recovered")
        Token.objects.filter(user_id=account_id).delete()
        # Sessions carry a digest of the password: with it they all end.
        account.set_unusable_password()
        account.save(update_fields=["password"])
        passkey = complete_registration(account_id=account_id, response=response, name=name)
        recovery.state, recovery.ended_at = State.COMPLETED, timezone.now()
        recovery.save(update_fields=["state", "ended_at"])
        events.record("recovery.completed", account_id=account_id, subject_id=recovery.pk)
        _tell(account_id, AccountNotice.Kind.RECOVERY_COMPLETED, recovery.pk)
    return passkey


def _stop(recovery_id: int, by: Recovery.StoppedBy) -> Recovery:
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True, of=("self",)).filter(recoveries=recovery_id).get()
        recovery = Recovery.objects.select_for_update().get(pk=recovery_id)
        if recovery.state == State.STOPPED:
            return recovery
        if recovery.state != State.MATCHED or recovery.person_id is None:
            raise Conflict(
                f"This recovery is {recovery.get_state_display()}: it cannot be stopped any more.",
                code=f"recovery_{recovery.state}",
            )
        recovery.state, recovery.stopped_by, recovery.ended_at = State.STOPPED, by, timezone.now()
        recovery.save(update_fields=["state", "stopped_by", "ended_at"])
        events.record("recovery.stopped", account_id=account.pk, subject_id=recovery.pk, data={"by": by.value})
        often = stops_that_count(person_id=recovery.person_id, account_id=account.pk) >= MOST_STOPS
        if often:
            open_case(account_id=account.pk, kind=ReviewCase.Kind.RECOVERIES_STOPPED, reasons=[STOPPED_OFTEN_REASON])
        told = {"by": by.value, "frozen": often}
        _tell(account.pk, AccountNotice.Kind.RECOVERY_STOPPED, recovery.pk, told)
    return recovery


def _require_completable(recovery: Recovery) -> None:
    now = timezone.now()
    if recovery.state != State.MATCHED or recovery.revert_until is None:
        raise Conflict(f"This recovery is {recovery.get_state_display()}.", code=f"recovery_{recovery.state}")
    if recovery.revert_until > now:
        raise Conflict(
            f"The account's devices and e-mail can stop this recovery until {recovery.revert_until:%d %B %Y, %H:%M} UTC:"
            " come back then, with the same secret.",
            code="recovery_waiting",
            more={"revert_until": recovery.revert_until.isoformat()},
        )
    if recovery.revert_until < now - COMPLETE_WITHIN:
        raise Conflict(
            f"This recovery was not completed within {COMPLETE_WITHIN.days} days: start another.",
            code="recovery_lapsed",
        )


def _account_of(recovery: Recovery) -> int:
    if recovery.account_id is None:
        raise Conflict("Nobody was recognised in this recovery.", code=f"recovery_{recovery.state}")
    return recovery.account_id


def _tell(account_id: int, kind: AccountNotice.Kind, subject_id: int, data: dict[str, Any] | None = None) -> None:
    notice = tell(account_id=account_id, kind=kind, subject_id=subject_id, data=data)
    if notice is not None:
        after_commit(mail_notice.delay, notice.pk)
