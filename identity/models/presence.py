"""Demands that the person shows themselves again."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class PresenceDemand(models.Model):
    """Another app of the house asks that the account's person be there: by a fresh passkey or by face, until the deadline."""

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presence_demands")
    asked_by = models.CharField(max_length=60, help_text="the app, or the role of whoever asked")
    reason = models.CharField(max_length=300, help_text="a sentence for the person")
    asked_at = models.DateTimeField(auto_now_add=True)
    deadline = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    met_by = models.CharField(max_length=20, blank=True, help_text="passkey, face, or waived")

    class Meta:
        indexes = [
            models.Index(fields=["account", "deadline"], name="presence_demand_unmet", condition=models.Q(met_at=None))
        ]

    def __str__(self) -> str:
        return f"presence of {self.account_id} by {self.deadline:%Y-%m-%d}"
