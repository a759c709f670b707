"""Timelines that people put together from some of those whom they follow."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class List(models.Model):
    """One list of an account."""

    class Replies(models.TextChoices):
        FOLLOWED = "followed", "replies to anyone followed"
        LIST = "list", "replies to members"
        NONE = "none", "no replies"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lists", db_index=False
    )
    title = models.CharField(max_length=200)
    replies_policy = models.CharField(max_length=8, choices=Replies, default=Replies.LIST)
    exclusive = models.BooleanField(default=False, help_text="members are left out of the home timeline")

    class Meta:
        indexes = [models.Index(fields=["account"], name="lists_of_account")]

    def __str__(self) -> str:
        return self.title


class ListMember(models.Model):
    """An account on a list, for as long as the list's owner follows it."""

    id = TimestampIdField()
    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="members", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "account"], name="on_a_list_once")]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.list_id}"
