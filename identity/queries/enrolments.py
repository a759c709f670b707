"""Reads of enrolments: a person sees their own, and of somebody else's not even that it exists."""

import hashlib
from dataclasses import dataclass

from common.problems import NotFound
from identity.models import Enrolment, ReviewCase
from identity.models.progress import Progress, progress_of
from identity.queries.retries import Retry, retry_of
from identity.queries.reviews import case_of_enrolment


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """An enrolment, how far its check is, what to do next where it was refused, and the review that it led to."""

    enrolment: Enrolment
    progress: Progress
    retry: Retry | None = None
    review: ReviewCase | None = None

    @property
    def decided(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.enrolment.state not in Enrolment.OPEN


def digest_of(secret: str) -> str:
    """How the secret of a capture without an account is stored: a random one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def own_enrolment(*, enrolment_id: int, account_id: int | None, secret: str = "") -> Enrolment:
    """The account's own enrolment, or without an account the one whose `secret` is shown.

    Raises NotFound, also for somebody else's.
    """
    captures = Enrolment.objects.filter(pk=enrolment_id)
    if account_id is None:
        found = captures.filter(account=None, secret_sha256=digest_of(secret)).first()
    else:
        found = captures.filter(account_id=account_id).first()
    if found is None:
        raise NotFound("You have no enrolment with this id.", code="no_enrolment")
    return found


def followed(*, enrolment_id: int, account_id: int | None, secret: str = "") -> EnrolmentView:
    """The holder's own enrolment with its progress. Raises NotFound."""
    enrolment = own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    if enrolment.state == Enrolment.State.CHECKING:
        return EnrolmentView(enrolment, progress_of(enrolment_id))
    decided = enrolment.state not in Enrolment.OPEN
    review = case_of_enrolment(enrolment_id) if decided else None
    return EnrolmentView(
        enrolment, Progress(enrolment.step, enrolment.progress), retry=retry_of(enrolment), review=review
    )
