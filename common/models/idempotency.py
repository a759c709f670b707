"""First answers, kept so that a client's retry finds them."""

from django.db import models


class IdempotentRequest(models.Model):
    """The answer that one account got to one request with one key."""

    account_id = models.BigIntegerField()
    endpoint = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the request's parameters")
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "endpoint", "key"], name="one_answer_for_each_key"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
