"""How one account stands to another, beside following it."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Relation(models.Model):
    """`source` has set this about `target`, once."""

    id = TimestampIdField()
    source = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source_id}: {self.target_id}"


class Block(Relation):
    """Neither sees the other."""

    target = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="block_once")]
        indexes = [
            models.Index(fields=["source", "-id"], name="blocks_of"),
            models.Index(fields=["target", "source"], name="blocked_by"),
        ]


class Mute(Relation):
    """The source does not see the target in timelines, and the target does not know."""

    target = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    hide_notifications = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="mute_once")]
        indexes = [
            models.Index(fields=["source", "-id"], name="mutes_of"),
            models.Index(fields=["target", "source"], name="muted_by"),
            models.Index(fields=["expires_at"], name="mutes_to_end", condition=models.Q(expires_at__isnull=False)),
        ]


class AccountNote(Relation):
    """What the source keeps in mind of the target; shown to nobody else."""

    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="note_once")]


class Endorsement(Relation):
    """The source shows the target on its profile."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="endorse_once")]
        indexes = [models.Index(fields=["source", "-id"], name="endorsements_of")]


class SuggestionDismissal(Relation):
    """The source does not want the target to be suggested."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="dismiss_once")]
