"""What keeps an account's words and pictures out of training, whatever its person agreed to."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class TrainingHold(models.Model):
    """One reason for which nothing of an account goes into training for now. Feed shows it to the gate alone."""

    class Reason(models.TextChoices):
        OPEN_CASE = "open_case", "reported, and not decided upon"
        BOT_SCORE = "bot_score", "likely run by a program"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="training_holds", db_index=False
    )
    reason = models.CharField(max_length=20, choices=Reason)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "reason"], name="training_hold_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.reason}"
