"""How an account shows itself, and whom it follows."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Profile(models.Model):
    """The public side of an account; its primary key is the account's id."""

    class Restriction(models.TextChoices):
        NONE = "", "none"
        LIMITED = "limited", "hidden from those who do not follow"
        SUSPENDED = "suspended", "no posts shown, no writes"

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="profile"
    )
    display_name = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True, max_length=5000)
    locked = models.BooleanField(default=False)
    discoverable = models.BooleanField(default=True)
    declared_bot = models.BooleanField(default=False)
    indexable = models.BooleanField(default=True, help_text="public statuses may be found by search")
    hide_collections = models.BooleanField(default=False, help_text="whom it follows is shown to nobody else")
    avatar = models.CharField(max_length=200, blank=True, help_text="path in the media storage")
    avatar_static = models.CharField(max_length=200, blank=True)
    avatar_description = models.CharField(max_length=1500, blank=True)
    header = models.CharField(max_length=200, blank=True, help_text="path in the media storage")
    header_static = models.CharField(max_length=200, blank=True)
    header_description = models.CharField(max_length=1500, blank=True)
    show_media = models.BooleanField(default=True, help_text="for clients: whether the profile has a tab of media")
    show_media_replies = models.BooleanField(default=True, help_text="for clients: whether that tab has replies")
    show_featured = models.BooleanField(default=True, help_text="for clients: whether the profile has a featured tab")
    fields = models.JSONField(default=list, help_text="[{name, value, verified_at where it is}], both as written")
    links_to_verify = models.BooleanField(
        default=False, db_default=False, help_text="a field's page is to be looked at"
    )
    links_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    links_tried_at = models.DateTimeField(null=True)
    attribution_domains = models.JSONField(default=list, help_text="websites that may name the account as an author")
    default_visibility = models.CharField(max_length=10, default="public")
    default_sensitive = models.BooleanField(default=False)
    default_language = models.CharField(max_length=10, blank=True)
    default_quote_policy = models.CharField(max_length=10, default="public")
    restriction = models.CharField(max_length=12, choices=Restriction, blank=True, default=Restriction.NONE)
    followers_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    statuses_count = models.PositiveIntegerField(default=0)
    last_status_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True, db_index=True, help_text="when a client last read home")

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="profile_links_to_verify", condition=models.Q(links_to_verify=True))
        ]

    def __str__(self) -> str:
        return self.display_name or str(self.pk)


class Follow(models.Model):
    """`source` reads what `target` posts."""

    id = TimestampIdField()
    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="following", db_index=False
    )
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followers", db_index=False
    )
    pending = models.BooleanField(default=False, help_text="asked of a locked account")
    reblogs = models.BooleanField(default=True, help_text="what the target reblogs is shown too")
    notify = models.BooleanField(default=False, help_text="a notice for each status of the target")
    languages = models.JSONField(default=list, help_text="only these; empty: all")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="follow_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="nobody_follows_themselves"),
        ]
        indexes = [
            models.Index(fields=["target", "source"], name="followers_of"),
            # Of a million followers hardly anybody asks for a notice of each status.
            models.Index(fields=["target"], name="asked_for_each_status", condition=models.Q(notify=True)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} follows {self.target_id}"


class Marker(models.Model):
    """How far an account has read one of its timelines; every client of the account shares it."""

    class Timeline(models.TextChoices):
        HOME = "home"
        NOTIFICATIONS = "notifications"

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="markers", db_index=False
    )
    timeline = models.CharField(max_length=20, choices=Timeline)
    last_read_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "timeline"], name="one_marker_for_each_timeline")]

    def __str__(self) -> str:
        return f"{self.timeline} of {self.account_id}"
