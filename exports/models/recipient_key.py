"""What a recipient's programs log in with."""

from django.db import models

from common.ids import TimestampIdField
from exports.models.dataset import Recipient


class RecipientKey(models.Model):
    """An OAuth client of a recipient: an id and a secret, of which only a hash is kept.

    A recipient may have several at once, so that a new one is in use everywhere before the old one ends.
    """

    id = TimestampIdField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="keys")
    oauth_client_id = models.CharField(max_length=100, unique=True, help_text="whose app-only tokens read for it")
    at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="opens nothing from then on")

    def __str__(self) -> str:
        return f"{self.oauth_client_id} of {self.recipient_id}"
