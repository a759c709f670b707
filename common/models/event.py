"""The event log and the cursors that consumers keep on it."""

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class CurrentTransaction(Func):
    """The id of the writing transaction, as a number that never wraps round (xid8)."""

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0
    output_field = models.BigIntegerField()


class Event(models.Model):
    """One thing that happened, written in the transaction that made it happen. Append-only."""

    seq = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    kind = models.CharField(max_length=60)
    account_id = models.BigIntegerField(null=True, help_text="who did it")
    subject_id = models.BigIntegerField(null=True, help_text="the row it was done to")
    data = models.JSONField(default=dict, help_text="ids and small facts; never content, never biometric data")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["transaction", "seq"], name="event_in_commit_order"),
            models.Index(fields=["account_id", "seq"], name="event_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject_id}"


class Cursor(models.Model):
    """How far one consumer has read: everything up to and including (transaction, seq)."""

    name = models.CharField(primary_key=True, max_length=60)
    transaction = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction}/{self.seq}"
