"""What people reported, gathered into cases."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField

LONGEST_COMMENT = 1000


class Case(models.Model):
    """All open reports on one account, worked on together until a decision closes them."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cases")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reports_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="open"), name="one_open_case_for_each_account"
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="case_queue")]
        permissions = [("decide_case", "Can decide cases"), ("undo_decision", "Can undo decisions")]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Report(models.Model):
    """One person's complaint about an account. Append-only."""

    class Category(models.TextChoices):
        SPAM = "spam"
        LEGAL = "legal"
        VIOLATION = "violation"
        OTHER = "other"

    id = TimestampIdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports_made", help_text="who reports"
    )
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="reports_received",
        help_text="who is reported",
        db_index=False,
    )
    category = models.CharField(max_length=10, choices=Category, default=Category.OTHER)
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    status_ids = models.JSONField(default=list)
    rule_ids = models.JSONField(default=list)
    forward = models.BooleanField(default=False, help_text="asked to be passed on to the account's own server")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["target", "-id"], name="reports_on")]

    def __str__(self) -> str:
        return f"report {self.pk}: {self.category}"
