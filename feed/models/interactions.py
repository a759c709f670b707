"""What an account does with a status. A reblog is a status of its own (`Status.reblog_of`)."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class Interaction(models.Model):
    """One account and one status, once."""

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.account_id}: {self.status_id}"


class Favourite(Interaction):
    """The author is told."""

    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "status"], name="favourite_once")]
        indexes = [
            models.Index(fields=["account", "-id"], name="favourites_of_account"),
            models.Index(fields=["status", "-id"], name="favourites_of_status"),
        ]


class Bookmark(Interaction):
    """Known to nobody else."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "status"], name="bookmark_once")]
        indexes = [models.Index(fields=["account", "-id"], name="bookmarks_of_account")]


class Pin(Interaction):
    """One of the author's own, shown first on the profile."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "status"], name="pin_once")]


class ThreadMute(Interaction):
    """No more notices from the thread that `status` began."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "status"], name="thread_mute_once")]
