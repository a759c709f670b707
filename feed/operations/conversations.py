"""One's own view of threads of direct statuses."""

from feed.models import Conversation
from feed.queries.conversations import conversation_of


def mark_conversation(*, account_id: int, conversation_id: int, unread: bool) -> Conversation:
    """Note that a thread was read, or is to be read again. Raises NotFound."""
    found = conversation_of(account_id=account_id, conversation_id=conversation_id)
    found.unread = unread
    found.save(update_fields=["unread"])
    return found


def remove_conversation(*, account_id: int, conversation_id: int) -> None:
    """Take a thread off one's list; its statuses stay, and the next brings it back. Raises NotFound."""
    conversation_of(account_id=account_id, conversation_id=conversation_id).delete()
