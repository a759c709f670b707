"""What one sorts goes into the archive, and goes with the account."""

import pytest
from django.utils import timezone

from feed.jobs.erase_reading import forget_reading
from feed.models import Announcement, Conversation, ListMember
from feed.queries.archive_reading import reading_parts
from tests.feed.inhabitants import InProcess, follows, person, says

pytestmark = pytest.mark.django_db


def test_what_one_sorts_is_kept_for_oneself_and_goes_with_the_account() -> None:
    """Nothing of it is left, nor the account on anybody's list."""
    ann, bob = InProcess(person("ann")), InProcess(person("bob"))
    follows(ann.account_id, bob.account_id)
    follows(bob.account_id, ann.account_id)
    for one, other in ((ann, bob), (bob, ann)):
        made = one.post("/api/v1/lists", title="near")["id"]
        one.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(other.account_id)])
    ann.post("/api/v1/tags/cats/follow")
    ann.post("/api/v1/tags/dogs/feature")
    words = [{"keyword": "word"}]
    made = ann.post("/api/v2/filters", title="t", context=["home"], keywords_attributes=words)["id"]
    ann.post(f"/api/v2/filters/{made}/statuses", status_id=str(says(bob.account_id, "x").pk))
    said = Announcement.objects.create(text="hello", published_at=timezone.now())
    ann.put(f"/api/v1/announcements/{said.pk}/reactions/🎉")
    says(ann.account_id, "@bob hello", visibility="direct")
    parts = {part.name: list(part.records) for part in reading_parts(ann.account_id)}
    assert {name: len(records) for name, records in parts.items()} == dict.fromkeys(parts, 1)
    assert parts["list_members"][0]["username"] == "bob" and parts["filter_keywords"][0]["keyword"] == "word"
    forget_reading(ann.account_id)
    assert not any(list(part.records) for part in reading_parts(ann.account_id))
    assert not Conversation.objects.filter(account_id=ann.account_id).exists()
    assert not ListMember.objects.exists()
