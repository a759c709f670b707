"""Hashtags, always in lower case."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status

LONGEST_TAG = 100


class StatusTag(models.Model):
    """A status that holds a hashtag; written with the status, and again when it is edited."""

    id = TimestampIdField()
    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=LONGEST_TAG)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status", "name"], name="tagged_once")]
        indexes = [models.Index(fields=["name", "-status"], name="statuses_of_tag")]

    def __str__(self) -> str:
        return f"#{self.name}"


class TagFollow(models.Model):
    """Public statuses with the hashtag reach the account's home timeline."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_tags", db_index=False
    )
    name = models.CharField(max_length=LONGEST_TAG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="tag_follow_once")]
        indexes = [models.Index(fields=["name", "account"], name="followers_of_tag")]

    def __str__(self) -> str:
        return f"#{self.name}"


class FeaturedTag(models.Model):
    """A hashtag that an account shows on its profile."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="featured_tags", db_index=False
    )
    name = models.CharField(max_length=LONGEST_TAG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="feature_tag_once")]

    def __str__(self) -> str:
        return f"#{self.name}"
