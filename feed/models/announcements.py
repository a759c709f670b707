"""What the operators tell everybody."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Announcement(models.Model):
    """Shown from `published_at` until `ends_at`, or for good."""

    id = TimestampIdField()
    text = models.TextField(max_length=5000)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    all_day = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.text[:60]


class AnnouncementRead(models.Model):
    """An account has put it aside."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="reads", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "account"], name="announcement_read_once")]

    def __str__(self) -> str:
        return f"{self.account_id} read {self.announcement_id}"


class AnnouncementReaction(models.Model):
    """One emoji of one account."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "account", "name"], name="react_once")]

    def __str__(self) -> str:
        return f"{self.name} on {self.announcement_id}"
