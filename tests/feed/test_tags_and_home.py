"""Hashtags as rows, and how followed tags and exclusive lists act on home."""

import pytest
from django.utils import timezone

from common.pagination import Page
from feed.jobs.fan_out import fan_out
from feed.jobs.tags import index_new, index_tags
from feed.models import Conversation, List, ListMember, Status, StatusTag, Tag, TagFollow
from feed.operations.statuses import delete_status
from feed.queries import home_store
from feed.queries.audience import whose_home_has
from feed.queries.home_timeline import home_timeline
from tests.feed.inhabitants import follows, person, says

pytestmark = pytest.mark.django_db(transaction=True)


def _home(account_id: int) -> list[int]:
    return [one.pk for one in home_timeline(account_id=account_id, page=Page(limit=20))]


def _tags(status: Status) -> set[str]:
    return set(StatusTag.objects.filter(status=status).values_list("name", flat=True))


def test_tags_follow_the_text() -> None:
    """Rows are those of the text as it stands: posted, edited, indexed twice or many at once."""
    author = person("author")
    status = says(author, "#Cats and #dogs, #cats again")
    assert _tags(status) == {"cats", "dogs"} == set(Tag.objects.values_list("name", flat=True))
    index_tags(status)
    status.text, status.edited_at = "#cats and #birds", timezone.now()
    index_tags(status)
    assert _tags(status) == {"cats", "birds"}
    StatusTag.objects.all().delete()
    index_new([status])
    assert _tags(status) == {"cats", "birds"}


def test_a_followed_tag_reaches_home() -> None:
    """Public statuses with the tag alone, replies too, written by the fan-out and again at a rebuild."""
    reader, author, other = person("reader"), person("author"), person("other")
    TagFollow.objects.create(account_id=reader, name="cats")
    assert _home(reader) == []
    shown = says(author, "#cats")
    reply = says(other, "#cats too", in_reply_to_id=shown.pk)
    hidden = [says(author, "#cats", visibility="unlisted"), says(author, "#dogs")]
    for status in (shown, reply, *hidden):
        fan_out(status.pk)
    assert _home(reader) == [reply.pk, shown.pk]
    assert whose_home_has(reply.pk, [reader, other]) == {reader, other}
    home_store.drop(reader)
    assert _home(reader) == [reply.pk, shown.pk]
    TagFollow.objects.all().delete()
    assert _home(reader) == []


def test_members_of_an_exclusive_list_leave_home() -> None:
    """Those on it are read there; all others stay, and so does what a followed tag brings."""
    reader, listed, other = person("reader"), person("listed"), person("other")
    follows(reader, listed, other)
    one = List.objects.create(account_id=reader, title="apart", exclusive=True)
    ListMember.objects.create(list=one, account_id=listed)
    away, here, tagged = says(listed, "away"), says(other, "here"), says(listed, "#cats")
    TagFollow.objects.create(account_id=reader, name="cats")
    assert _home(reader) == [tagged.pk, here.pk]
    assert whose_home_has(away.pk, [reader]) == set()


def test_conversations_follow_direct_statuses() -> None:
    """Each who takes part has the thread once, unread but for who wrote last; a deleted end gives way to the one before."""
    ann, bob = person("ann"), person("bob")
    first = says(ann, "@bob hello", visibility="direct")
    answer = says(bob, "@ann hello", visibility="direct", in_reply_to_id=first.pk)
    of_ann, of_bob = (Conversation.objects.get(account_id=one) for one in (ann, bob))
    assert (of_ann.participants, of_ann.unread, of_ann.last_status) == ([bob], True, answer)
    assert (of_bob.participants, of_bob.unread, of_bob.last_status) == ([ann], False, answer)
    delete_status(account_id=bob, status_id=answer.pk)
    assert set(Conversation.objects.values_list("last_status", flat=True)) == {first.pk}
    delete_status(account_id=ann, status_id=first.pk)
    assert not Conversation.objects.exists()
