"""Celery doors: ids in, one job called."""

from celery import shared_task

from identity.jobs import build_archive as archiving
from identity.jobs import check_enrolment as checking
from identity.jobs import erase_codes, found_person, notices, passkeys, renewals
from identity.jobs import rewrite_tables as rewriting
from identity.jobs import sweep_enrolments as sweeping
from identity.jobs import sweep_reviews as reviewing
from identity.jobs import verify_world_id as world_id


@shared_task
def check_enrolment(enrolment_id: int) -> None:
    """Examine and decide one submitted enrolment."""
    checking.check_enrolment(enrolment_id)


@shared_task
def sweep_enrolments() -> None:
    """Take up what was dropped."""
    sweeping.sweep_enrolments(nudge=check_enrolment.delay)


@shared_task
def sweep_passkeys() -> None:
    """Clear away what is left of ceremonies."""
    passkeys.sweep_passkeys()


@shared_task
def sweep_reviews() -> None:
    """Let go of what reviews may no longer hold."""
    reviewing.sweep_reviews()


@shared_task
def mail_notice(notice_id: int) -> None:
    """Send one notice by e-mail."""
    notices.mail_notice(notice_id)


@shared_task
def sweep_notices() -> None:
    """Send what was not sent."""
    notices.sweep_notices(nudge=mail_notice.delay)


@shared_task
def sweep_key_epochs() -> None:
    """Erase what is left of compromised epochs."""
    erase_codes.sweep_key_epochs()


@shared_task
def verify_world_id(proof_id: int) -> None:
    """Ask World's service about one proof that waits."""
    world_id.verify_world_id(proof_id)


@shared_task
def sweep_world_id() -> None:
    """Ask again about the proofs that nobody could tell of."""
    world_id.sweep_world_id(nudge=verify_world_id.delay)


@shared_task
def rewrite_tables() -> None:
    """Write the tables of codes anew where an erasure waits for it."""
    rewriting.rewrite_after_erasures()


@shared_task
def rewrite_tables_nightly() -> None:
    """Write the tables of codes anew: codes also end by renewal, review and rotation."""
    rewriting.rewrite()


@shared_task
def sweep_recoveries() -> None:
    """Let recoveries lapse that nobody completes."""
    found_person.sweep_recoveries()


@shared_task
def sweep_renewals() -> None:
    """Remind people whose credential runs out."""
    renewals.remind_of_renewals()


@shared_task
def build_archive(archive_id: int) -> None:
    """Build one person's archive."""
    archiving.build_archive(archive_id)


@shared_task
def sweep_archives() -> None:
    """Build what was dropped, let go what has expired."""
    archiving.sweep_archives(nudge=build_archive.delay)
