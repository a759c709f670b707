"""Questions with answers to choose from."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class Poll(models.Model):
    """`options` and `counts` are lists of one length: the texts, and how many chose each."""

    id = TimestampIdField()
    status = models.OneToOneField(Status, on_delete=models.CASCADE, related_name="poll")
    options = models.JSONField()
    counts = models.JSONField()
    voters_count = models.PositiveIntegerField(default=0)
    multiple = models.BooleanField(default=False)
    hide_totals = models.BooleanField(default=False, help_text="counts are shown once it has ended")
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="when those who voted had been told that it ended")

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="polls_to_close", condition=models.Q(closed_at=None))]

    def __str__(self) -> str:
        return f"poll {self.pk}"


class PollVote(models.Model):
    """One choice of one account."""

    id = TimestampIdField()
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    choice = models.PositiveSmallIntegerField(help_text="place in the options, from 0")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "account", "choice"], name="vote_once")]

    def __str__(self) -> str:
        return f"vote in {self.poll_id}"
