"""Who may write."""

from common.problems import NotAllowed, NotFound
from feed.models import Profile
from identity.queries.personhood import require_admitted


def require_may_write(account_id: int) -> Profile:
    """The profile of an account that may write now.

    Raises NotAllowed for one without a valid personhood credential (with where to enrol), or suspended.
    """
    require_admitted(account_id)
    profile = Profile.objects.filter(pk=account_id).first()
    if profile is None:
        raise NotFound("Record not found")
    if profile.restriction == Profile.Restriction.SUSPENDED:
        raise NotAllowed("Your account is suspended. Your notifications say why.", code="suspended")
    return profile
