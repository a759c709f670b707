"""What statuses said before, and what waits to be said."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class StatusEdit(models.Model):
    """A status as it was from `at` on; the first row is as it was posted."""

    id = TimestampIdField()
    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField()
    spoiler_text = models.CharField(max_length=500, blank=True)
    sensitive = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    media = models.JSONField(default=list, help_text="[{id, description}] in the order shown")
    poll = models.JSONField(null=True, help_text="the options")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"status {self.status_id} at {self.at}"


class ScheduledStatus(models.Model):
    """A status that is posted at `at`, by the one sweep that claims the row."""

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scheduled")
    at = models.DateTimeField()
    parameters = models.JSONField(help_text="what post_status takes")
    application_id = models.CharField(max_length=100, blank=True)
    posted_at = models.DateTimeField(null=True)
    status = models.ForeignKey(Status, null=True, on_delete=models.SET_NULL, related_name="+")
    failed = models.CharField(max_length=300, blank=True, help_text="why it could not be posted, in words")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="scheduled_to_post", condition=models.Q(posted_at=None, failed=""))]

    def __str__(self) -> str:
        return f"scheduled {self.pk}"
