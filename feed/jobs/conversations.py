"""Keeps the conversations of all who take part in a thread of direct statuses."""

from feed.models import Block, Conversation, Mention, Status

DIRECT = Status.Visibility.DIRECT


def note_direct(status: Status) -> None:
    """A direct status begins or continues a conversation for its author and for each whom it mentions.

    Call it after the mentions are written, in the same transaction; any other status is passed over. Those who have
    blocked the author hear nothing.
    """
    if status.visibility != DIRECT or status.reblog_of_id:
        return
    mentioned = set(Mention.objects.filter(status=status).values_list("account_id", flat=True))
    taking_part = mentioned | {status.account_id}
    blocking = Block.objects.filter(source_id__in=mentioned, target_id=status.account_id)
    deaf = set(blocking.values_list("source_id", flat=True))
    # In the order of ids, so that two who answer each other at once do not wait for each other for ever.
    rows = [
        Conversation(
            account_id=one,
            root_id=status.root_id or status.pk,
            participants=sorted(taking_part - {one}),
            last_status=status,
            unread=one != status.account_id,
        )
        for one in sorted(taking_part - deaf)
    ]
    Conversation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "root_id"],
        update_fields=["participants", "last_status", "unread"],
    )


def forget_direct(status: Status) -> None:
    """A direct status is deleted: conversations that ended with it end with the one before, or are gone.

    Call it in the transaction that deletes, once `deleted_at` is written.
    """
    if status.visibility != DIRECT:
        return
    for conversation in Conversation.objects.select_for_update(no_key=True).filter(last_status=status).order_by("pk"):
        before = _last_of(conversation)
        if before is None:
            conversation.delete()
        else:
            conversation.last_status = before
            conversation.save(update_fields=["last_status"])


def _last_of(conversation: Conversation) -> Status | None:
    rows = Status.objects.filter(root_id=conversation.root_id, visibility=DIRECT, deleted_at=None)
    mine = rows.filter(account_id=conversation.account_id).order_by("-pk").first()
    to_me = rows.filter(mentions__account_id=conversation.account_id).order_by("-pk").first()
    return max((one for one in (mine, to_me) if one is not None), key=lambda one: one.pk, default=None)
