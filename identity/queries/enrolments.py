"""Reads of enrolments: a person sees their own, and of somebody else's not even that it exists."""

from dataclasses import dataclass

from common.problems import NotFound
from identity.models import Enrolment
from identity.models.progress import Progress, progress_of


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """An enrolment and how far its check is."""

    enrolment: Enrolment
    progress: Progress

    @property
    def decided(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.enrolment.state not in Enrolment.OPEN


def own_enrolment(*, enrolment_id: int, account_id: int) -> Enrolment:
    """The account's own enrolment. Raises NotFound, also for somebody else's."""
    found = Enrolment.objects.filter(pk=enrolment_id, account_id=account_id).first()
    if found is None:
        raise NotFound("You have no enrolment with this id.", code="no_enrolment")
    return found


def followed(*, enrolment_id: int, account_id: int) -> EnrolmentView:
    """The account's own enrolment with its progress. Raises NotFound."""
    enrolment = own_enrolment(enrolment_id=enrolment_id, account_id=account_id)
    if enrolment.state == Enrolment.State.CHECKING:
        return EnrolmentView(enrolment, progress_of(enrolment_id))
    return EnrolmentView(enrolment, Progress(enrolment.step, enrolment.progress))
