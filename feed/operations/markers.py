"""Reading positions."""

from django.db import transaction

from feed.models import Marker


def move_marker(*, account_id: int, timeline: str, last_read_id: int) -> Marker:
    """Remember how far a timeline was read; a position never goes back, whichever client is late."""
    with transaction.atomic():
        marker, is_new = Marker.objects.select_for_update().get_or_create(
            account_id=account_id, timeline=timeline, defaults={"last_read_id": last_read_id}
        )
        if not is_new and last_read_id > marker.last_read_id:
            marker.last_read_id = last_read_id
            marker.version += 1
            marker.save()
    return marker
