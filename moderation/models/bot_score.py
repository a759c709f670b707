"""How likely an account is run by a machine, as measured at one moment."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class BotScore(models.Model):
    """One score. Append-only; the newest is the one in force. It orders queues, and holds an account out of training."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bot_scores", db_index=False
    )
    score = models.FloatField(help_text="0 to 1, relative to the mix of accounts that the model was trained on")
    model_version = models.CharField(max_length=60)
    reasons = models.JSONField(help_text="the largest contributions: feature, value, contribution (log-odds), sentence")
    features = models.JSONField(help_text="every feature as measured; null where too little is known")
    event_seq = models.BigIntegerField(help_text="the newest event of its batch")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="bot_scores_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "model_version", "event_seq"], name="one_bot_score_for_each_batch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.score:.2f}"
