"""What a person wrote is theirs: in their archive, and gone with their account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feed.jobs.erase_closed import erase_closed_account
from feed.models import Poll, PollVote, ScheduledStatus, Status
from feed.operations.edits import edit_status
from feed.queries.archive import feed_parts
from identity.models import Account
from tests.feed.person import person

pytestmark = [pytest.mark.django_db]
STATUSES = "/api/v1/statuses"


def test_edits_votes_and_what_is_scheduled_are_in_the_archive_and_go_with_the_account() -> None:
    """Votes in others' polls are taken back with their numbers."""
    author, other = person("author"), person("other")
    poll = other.post(STATUSES, status="?", poll={"options": ["a", "b"], "expires_in": 300})["poll"]
    author.post(f"/api/v1/polls/{poll['id']}/votes", choices=[1])
    said = author.post(STATUSES, status="first words")
    edit_status(account_id=author.id, status_id=int(said["id"]), text="other words")
    author.post(STATUSES, status="later", scheduled_at=(timezone.now() + timedelta(hours=1)).isoformat())
    parts = {part.name: list(part.records) for part in feed_parts(author.id)}
    assert [one["text"] for one in parts["edits"]] == ["first words", "other words"]
    assert parts["votes"][0]["choice"] == 1 and parts["scheduled"][0]["parameters"]["text"] == "later"
    Account.objects.filter(pk=author.id).update(closed_at=timezone.now(), is_active=False)
    erase_closed_account(author.id)
    kept = Poll.objects.get()
    assert (kept.counts, kept.voters_count) == ([0, 0], 0)
    assert not PollVote.objects.exists() and not ScheduledStatus.objects.exists()
    assert not Status.objects.filter(account_id=author.id).exists()
