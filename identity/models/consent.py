"""Receipts of consent, given and withdrawn."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Consent(models.Model):
    """One act of giving or withdrawing consent. Append-only: the newest receipt of a purpose is the one in force."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents", db_index=False
    )
    purpose = models.CharField(max_length=60)
    given = models.BooleanField()
    policy_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64, help_text="of the text that the person was shown")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["account", "purpose", "-id"], name="newest_consent")]

    def __str__(self) -> str:
        return f"{self.purpose} {'given' if self.given else 'withdrawn'}"
