"""What an account does not want to read."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class Filter(models.Model):
    """A group of keywords and statuses that are warned of or hidden in some contexts."""

    class Action(models.TextChoices):
        WARN = "warn"
        HIDE = "hide"
        BLUR = "blur"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="filters", db_index=False
    )
    title = models.CharField(max_length=256)
    contexts = models.JSONField(default=list, help_text="of home, notifications, public, thread, account")
    action = models.CharField(max_length=4, choices=Action, default=Action.WARN)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="filters_of_account")]

    def __str__(self) -> str:
        return self.title


class FilterKeyword(models.Model):
    """A word or phrase."""

    id = TimestampIdField()
    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="keywords")
    keyword = models.CharField(max_length=512)
    whole_word = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.keyword


class FilterStatus(models.Model):
    """One status."""

    id = TimestampIdField()
    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="statuses", db_index=False)
    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filter", "status"], name="filter_status_once")]

    def __str__(self) -> str:
        return str(self.status_id)
