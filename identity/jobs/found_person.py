"""What follows when a face without an account was found to be exactly one person's."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from common import events
from identity.jobs.enrolment_outcome import close
from identity.jobs.notices import tell
from identity.models import (
    Account,
    AccountNotice,
    Consent,
    Enrolment,
    Person,
    Recovery,
)
from identity.queries.recoveries import COMPLETE_WITHIN, frozen

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
    receipt = Consent.objects.create(
        account=account,
        purpose="biometric_check",
        given=True,
        policy_version=recovery.policy_version,
        text_sha256=recovery.text_sha256,
    )
    events.record("consent.given", account_id=account.pk, subject_id=receipt.pk, data={"purpose": "biometric_check"})
    until = recovery.revert_until.isoformat()
    events.record("recovery.matched", account_id=account.pk, subject_id=recovery.pk, data={"until": until})
    kind = AccountNotice.Kind.RECOVERY_STARTED
    tell(account_id=account.pk, kind=kind, subject_id=recovery.pk, data={"until": until})
    close(enrolment, Enrolment.State.MATCHED, reasons=[])


def expire_matched(*, person_id: int | None = None) -> int:
    """Let recoveries lapse that nobody completed in time, of one person or of all; gives their number."""
    late = Recovery.objects.filter(state=Recovery.State.MATCHED, revert_until__lt=timezone.now() - COMPLETE_WITHIN)
    if person_id is not None:
        late = late.filter(person=person_id)
    return late.update(state=Recovery.State.LAPSED, ended_at=timezone.now())


def sweep_recoveries() -> int:
    """Let recoveries lapse that were not completed in time, or whose capture found nobody; gives their number."""
    ended = Recovery.objects.filter(state=Recovery.State.STARTED).exclude(enrolment__state__in=Enrolment.OPEN)
    settled = ended.filter(enrolment__decided_at__lt=timezone.now() - timedelta(minutes=1))
    return expire_matched() + settled.update(state=Recovery.State.LAPSED, ended_at=timezone.now())
