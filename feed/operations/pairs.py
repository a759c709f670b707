"""What every change between two accounts begins with."""

from common.problems import NotFound
from feed.models import Profile


def lock_pair(source_id: int, target_id: int) -> Profile:
    """Hold both profiles until the transaction ends, always in the order of their ids, and give the target's.

    So a follow and a block that come at once do not both stand, and two people who act on each other do not wait for
    each other for ever. Raises NotFound for a target that there is not, or that is closed.
    """
    rows = Profile.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=(source_id, target_id))
    found = {profile.pk: profile for profile in rows.select_related("account").order_by("pk")}
    target = found.get(target_id)
    if target is None or not target.account.is_active:
        raise NotFound("Record not found")
    return target
