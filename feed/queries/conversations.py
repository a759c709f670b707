"""Threads of direct statuses, as each who takes part keeps them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from common.pagination import Page
from common.problems import NotFound
from feed.models import Conversation, Status
from feed.queries.visibility import visible_to, wanted_by


def conversations_of(*, account_id: int, page: Page) -> list[Conversation]:
    """A page of an account's conversations, by the ids of their last statuses, as far as it may see those."""
    return page.of_rows(_rows(account_id), field="last_status_id")


def conversation_of(*, account_id: int, conversation_id: int) -> Conversation:
    """One's own conversation. Raises NotFound."""
    found = Conversation.objects.filter(account_id=account_id, pk=conversation_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def conversations_about(status: Status, account_ids: Collection[int]) -> list[Conversation]:
    """The conversations of these accounts that a direct status belongs to."""
    root_id = status.root_id or status.pk
    return list(Conversation.objects.filter(root_id=root_id, account_id__in=list(account_ids)))


def _rows(account_id: int) -> QuerySet[Conversation]:
    shown = Status.objects.filter(visible_to(account_id), wanted_by(account_id), pk=OuterRef("last_status_id"))
    return Conversation.objects.filter(Exists(shown), account_id=account_id)
