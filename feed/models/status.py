"""What people say."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Status(models.Model):
    """One post. `made_by` says who or what made it; what a machine made is never labelled human."""

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        UNLISTED = "unlisted"
        PRIVATE = "private"
        DIRECT = "direct"

    class MadeBy(models.TextChoices):
        HUMAN = "human"
        ASSISTED = "assisted", "human with AI's help"
        MACHINE = "machine", "made by a machine"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="statuses", db_index=False
    )
    text = models.TextField(help_text="as the author wrote it; rendered to HTML when shown")
    spoiler_text = models.CharField(max_length=500, blank=True)
    sensitive = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    found_language = models.CharField(
        max_length=8,
        blank=True,
        db_default="",
        help_text="what the text looks like, und if it tells nothing; empty: not looked at",
    )
    found_language_score = models.FloatField(null=True, help_text="from 0 to 1")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    in_reply_to = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="replies", db_index=False
    )
    in_reply_to_account_id = models.BigIntegerField(null=True, help_text="who wrote what this replies to")
    root_id = models.BigIntegerField(
        null=True, help_text="the first status of its thread; its own id where it began one"
    )
    reblog_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="reblogs",
        db_index=False,
        help_text="set: this row shows another's status",
    )
    quote_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="quotes", db_index=False)
    quote_state = models.CharField(max_length=10, blank=True, help_text="accepted, revoked or deleted, where it quotes")
    quote_policy = models.CharField(
        max_length=10, default="public", db_default="public", help_text="who may quote it: public, followers or nobody"
    )
    card = models.ForeignKey(
        "feed.PreviewCard", null=True, on_delete=models.SET_NULL, related_name="statuses", db_index=False
    )
    application_id = models.CharField(max_length=100, blank=True, help_text="the OAuth client that it was posted with")
    replies_count = models.PositiveIntegerField(default=0)
    reblogs_count = models.PositiveIntegerField(default=0)
    favourites_count = models.PositiveIntegerField(default=0)
    quotes_count = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=10, choices=MadeBy, default=MadeBy.HUMAN)
    for_training = models.BooleanField(
        default=True, help_text="false: not for training, whatever the account agreed to"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True, help_text="by a moderation decision; undone, it is shown again")
    fanned_out_at = models.DateTimeField(null=True, help_text="when every home timeline had it; the sweep looks here")
    merged_at_read = models.BooleanField(
        default=False, help_text="of an author with very many followers: home timelines look it up when they are read"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "reblog_of"],
                name="reblog_once",
                condition=models.Q(reblog_of__isnull=False, deleted_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="statuses_of_account"),
            models.Index(fields=["in_reply_to"], name="replies_to"),
            models.Index(fields=["reblog_of"], name="reblogs_of", condition=models.Q(reblog_of__isnull=False)),
            models.Index(fields=["quote_of"], name="quotes_of", condition=models.Q(quote_of__isnull=False)),
            models.Index(fields=["card", "-id"], name="statuses_with_card", condition=models.Q(card__isnull=False)),
            models.Index(
                fields=["root_id", "-id"],
                name="direct_threads",
                condition=models.Q(visibility="direct", deleted_at=None),
            ),
            models.Index(
                fields=["-id"],
                name="public_timeline",
                condition=models.Q(
                    visibility="public", deleted_at=None, withheld_at=None, in_reply_to=None, reblog_of=None
                ),
            ),
            models.Index(fields=["id"], name="still_to_fan_out", condition=models.Q(fanned_out_at=None)),
            models.Index(
                fields=["id"],
                name="language_not_looked_for",
                condition=models.Q(found_language="", reblog_of=None, deleted_at=None),
            ),
            models.Index(
                fields=["account", "-id"], name="merged_into_home_at_read", condition=models.Q(merged_at_read=True)
            ),
        ]

    def __str__(self) -> str:
        return f"status {self.pk}"


class Mention(models.Model):
    """An account that a status speaks to."""

    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status", "account"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.status_id} mentions {self.account_id}"
