"""That a face was erased: what, when, on whose word. Nothing of the face is in it."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from common.models.event import CurrentTransaction


class ErasureReceipt(models.Model):
    """One erasure and the signed receipt of it. It outlives its account, as the proof that the erasure was done."""

    class AskedBy(models.TextChoices):
        WITHDRAWAL = "withdrawal", "the person withdrew their consent"
        LIVE_MATCH = "live_match", "the person showed their face after losing the account"
        ACCOUNT_DELETION = "account_deletion", "the person deleted the account"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="erasure_receipts", db_index=False
    )
    asked_by = models.CharField(max_length=20, choices=AskedBy)
    erased = models.JSONField(help_text="kinds and counts, key epochs, models")
    jws = models.TextField(help_text="the receipt itself, as the person gets it")
    at = models.DateTimeField()
    transaction = models.BigIntegerField(
        db_default=CurrentTransaction(), editable=False, help_text="that deleted the rows"
    )
    rewritten_at = models.DateTimeField(null=True, help_text="when the tables' files held the erased codes no longer")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="erasures_of_account"),
            models.Index(fields=["id"], name="erasure_to_rewrite", condition=models.Q(rewritten_at=None)),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}: {self.asked_by}"
