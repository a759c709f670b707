"""What nobody came back for goes after a day, and what somebody still needs stays."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from common.ids import smallest_id_at
from feed.jobs.leftovers import forget_posted_schedules, remove_unposted_uploads
from feed.models import MediaAttachment, ScheduledStatus
from tests.feed.person import person
from tests.feed.test_scheduled import later, make_due, post_what_is_due
from tests.feed.test_writing import picture

pytestmark = [pytest.mark.django_db(transaction=True)]


def _of_yesterday(media: MediaAttachment) -> int:
    """The upload, as if it had been made 25 hours ago; its id says when."""
    day_ago = smallest_id_at(timezone.now() - timedelta(hours=25)) + media.pk % 1000
    MediaAttachment.objects.filter(pk=media.pk).update(id=day_ago)
    return day_ago


def test_uploads_that_were_never_posted_go_and_others_stay() -> None:
    """Their files too; scheduled, once shown, fresh and generated ones stay."""
    author = person("author")
    forgotten, scheduled, edited_away, made, fresh = (picture(author) for _ in range(5))
    paths = [default_storage.save(f"test/{one.pk}", ContentFile(b"a picture")) for one in (forgotten, fresh)]
    for one, path in zip((forgotten, fresh), paths, strict=True):
        MediaAttachment.objects.filter(pk=one.pk).update(file=path)
    ids = {name: _of_yesterday(one) for name, one in [("forgotten", forgotten), ("scheduled", scheduled)]}
    ids |= {"edited": _of_yesterday(edited_away), "made": _of_yesterday(made), "fresh": fresh.pk}
    MediaAttachment.objects.filter(pk=ids["made"]).update(source=MediaAttachment.Source.GENERATED)
    later(author, media_ids=[str(ids["scheduled"])])
    shown = author.post("/api/v1/statuses", status="look", media_ids=[str(ids["edited"])])
    author.put(f"/api/v1/statuses/{shown['id']}", status="do not look")
    assert MediaAttachment.objects.get(pk=ids["edited"]).status_id is None

    assert remove_unposted_uploads() == 1
    assert set(MediaAttachment.objects.values_list("pk", flat=True)) == {
        one for name, one in ids.items() if name != "forgotten"
    }
    assert [default_storage.exists(path) for path in paths] == [False, True]
    default_storage.delete(paths[1])
    assert remove_unposted_uploads() == 0


def test_schedules_that_were_posted_go_after_a_day_and_failed_ones_stay() -> None:
    """Whoever retries within the day still finds what became of it."""
    author = person("author")
    later(author, "one")
    make_due()
    post_what_is_due()
    assert forget_posted_schedules() == 0
    ScheduledStatus.objects.update(posted_at=timezone.now() - timedelta(hours=25))
    later(author, "two")
    ScheduledStatus.objects.filter(posted_at=None).update(failed="gone", at=timezone.now() - timedelta(days=9))
    assert forget_posted_schedules() == 1
    assert [one["params"]["text"] for one in author.get("/api/v1/scheduled_statuses")] == ["two"]
