"""What follows when a face without an account was found to be exactly one person's: a recovery begins, or the face goes."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from common import events
from identity.jobs.enrolment_outcome import close
from identity.jobs.erasure import KIND, erase_biometrics
from identity.jobs.notices import tell
from identity.models import (
    Account,
    AccountNotice,
    Consent,
    Enrolment,
    ErasureByFace,
    ErasureReceipt,
    Person,
    Recovery,
)
from identity.queries.receipts import sign_receipt
from identity.queries.recoveries import COMPLETE_WITHIN, frozen

# So long whoever asked can come back for the outcome or the receipt.
KEPT_WITHOUT_ACCOUNT = timedelta(days=30)
FROZEN = {
    "code": "recovery_frozen",
    "sentence": "Recoveries of this account were stopped several times, so a person here looks at it before there is"
    " another. Nothing was changed.",
}
UNDER_WAY = {
    "code": "recovery_under_way",
    "sentence": "A recovery of this account is under way already. It is completed where it was started.",
}


def begin_recovery(enrolment: Enrolment, person: Person, account: Account) -> None:
    """Start the time in which the account's devices and e-mail can stop it. The rows are locked by the caller."""
    now = timezone.now()
    recovery = Recovery.objects.select_for_update().get(enrolment=enrolment)
    expire_matched(person_id=person.pk)
    refusal = None
    if frozen(person_id=person.pk, account_id=account.pk):
        refusal = FROZEN
    elif Recovery.objects.filter(person=person, state=Recovery.State.MATCHED).exists():
        refusal = UNDER_WAY
    if refusal:
        close(enrolment, Enrolment.State.REJECTED, reasons=[refusal])
        return
    recovery.person, recovery.account = person, account
    recovery.state, recovery.matched_at = Recovery.State.MATCHED, now
    recovery.revert_until = now + settings.RECOVERY_WINDOW
    recovery.save()
    _append_consent(account.pk, recovery, given=True)
    until = recovery.revert_until.isoformat()
    events.record("recovery.matched", account_id=account.pk, subject_id=recovery.pk, data={"until": until})
    kind = AccountNotice.Kind.RECOVERY_STARTED
    tell(account_id=account.pk, kind=kind, subject_id=recovery.pk, data={"until": until})
    close(enrolment, Enrolment.State.MATCHED, reasons=[])


def erase_found(enrolment: Enrolment, account: Account) -> None:
    """Erase the face at once, and tell the account. The rows are locked by the caller."""
    asked = ErasureByFace.objects.select_for_update().get(enrolment=enrolment)
    _append_consent(account.pk, asked, given=False)
    receipt = erase_biometrics(account_id=account.pk, asked_by=ErasureReceipt.AskedBy.LIVE_MATCH)
    claims = {"jti": str(receipt.pk), "erased_at": receipt.at.isoformat(), "asked_by": receipt.asked_by}
    asked.receipt, asked.jws = receipt, sign_receipt(claims | receipt.erased, kind=KIND)
    asked.save(update_fields=["receipt", "jws"])
    tell(account_id=account.pk, kind=AccountNotice.Kind.FACE_ERASED, subject_id=receipt.pk)
    close(enrolment, Enrolment.State.MATCHED, reasons=[])


def _append_consent(account_id: int, asked: Recovery | ErasureByFace, *, given: bool) -> None:
    receipt = Consent.objects.create(
        account_id=account_id,
        purpose="biometric_check",
        given=given,
        policy_version=asked.policy_version,
        text_sha256=asked.text_sha256,
    )
    kind = "consent.given" if given else "consent.withdrawn"
    events.record(kind, account_id=account_id, subject_id=receipt.pk, data={"purpose": receipt.purpose})


def expire_matched(*, person_id: int | None = None) -> int:
    """Let recoveries lapse that nobody completed in time, of one person or of all; gives their number."""
    late = Recovery.objects.filter(state=Recovery.State.MATCHED, revert_until__lt=timezone.now() - COMPLETE_WITHIN)
    if person_id is not None:
        late = late.filter(person=person_id)
    return late.update(state=Recovery.State.LAPSED, ended_at=timezone.now())


def sweep_recoveries() -> int:
    """Let recoveries lapse that were not completed in time, or whose capture found nobody; gives their number.

    Requests by face that no account's history holds are deleted after 30 days, with their captures' rows.
    """
    now = timezone.now()
    ended = Recovery.objects.filter(state=Recovery.State.STARTED).exclude(enrolment__state__in=Enrolment.OPEN)
    settled = ended.filter(enrolment__decided_at__lt=now - timedelta(minutes=1))
    lapsed = expire_matched() + settled.update(state=Recovery.State.LAPSED, ended_at=now)
    forgotten = Enrolment.objects.filter(account=None, decided_at__lt=now - KEPT_WITHOUT_ACCOUNT)
    forgotten.exclude(recovery__account__isnull=False).delete()
    return lapsed
