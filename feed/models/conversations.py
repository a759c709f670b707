"""Threads of direct statuses, as each who takes part keeps them."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class Conversation(models.Model):
    """One account's view of a thread of direct statuses."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations", db_index=False
    )
    root_id = models.BigIntegerField(help_text="Status.root_id of the thread")
    participants = models.JSONField(default=list, help_text="ids of the others, sorted")
    last_status = models.ForeignKey(Status, null=True, on_delete=models.SET_NULL, related_name="+")
    unread = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "root_id"], name="conversation_once")]
        indexes = [models.Index(fields=["account", "-last_status"], name="conversations_of_account")]

    def __str__(self) -> str:
        return f"conversation {self.pk}"
