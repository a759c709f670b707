"""Notifications, and who decides what becomes one."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from feed.models.status import Status


class Notice(models.Model):
    """A notification to one account. What is dismissed is deleted."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        STATUS = "status"
        REBLOG = "reblog"
        FOLLOW = "follow"
        FOLLOW_REQUEST = "follow_request"
        FAVOURITE = "favourite"
        POLL = "poll"
        UPDATE = "update"
        QUOTE = "quote"
        QUOTED_UPDATE = "quoted_update"
        MODERATION = "moderation_warning"
        ADMIN_SIGN_UP = "admin.sign_up"
        ADMIN_REPORT = "admin.report"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=30, choices=Kind)
    from_account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    status = models.ForeignKey(Status, null=True, on_delete=models.CASCADE, related_name="+")
    group_key = models.CharField(max_length=100, blank=True, help_text="shared by those shown as one; blank: by itself")
    filtered = models.BooleanField(default=False, help_text="held back by the account's policy, until it is asked for")
    pushed_at = models.DateTimeField(null=True, help_text="when the push subscriptions had been tried")
    data = models.JSONField(default=dict, help_text="for moderation: the statement of reasons as shown to the author")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="notices_of_account"),
            models.Index(fields=["account", "group_key"], name="notices_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.account_id}"


class NotificationPolicy(models.Model):
    """Whose notices an account wants: at once, held back, or not at all."""

    class Choice(models.TextChoices):
        ACCEPT = "accept"
        FILTER = "filter"
        DROP = "drop"

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="notification_policy"
    )
    for_not_following = models.CharField(max_length=6, choices=Choice, default=Choice.ACCEPT)
    for_not_followers = models.CharField(max_length=6, choices=Choice, default=Choice.ACCEPT)
    for_new_accounts = models.CharField(max_length=6, choices=Choice, default=Choice.ACCEPT)
    for_private_mentions = models.CharField(max_length=6, choices=Choice, default=Choice.FILTER)
    for_limited_accounts = models.CharField(max_length=6, choices=Choice, default=Choice.FILTER)

    def __str__(self) -> str:
        return f"policy of {self.account_id}"


class NotificationPermission(models.Model):
    """`from_account` may always notify `account`, whatever its policy."""

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    from_account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "from_account"], name="permitted_once")]

    def __str__(self) -> str:
        return f"{self.from_account_id} may notify {self.account_id}"


class PushSubscription(models.Model):
    """Where one client of an account has its notices pushed to (RFC 8030, RFC 8291)."""

    class Policy(models.TextChoices):
        ALL = "all"
        FOLLOWED = "followed"
        FOLLOWER = "follower"
        NONE = "none"

    id = TimestampIdField()
    token_id = models.BigIntegerField(unique=True, help_text="the OAuth access token of the client")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=2048)
    p256dh = models.CharField(max_length=128, help_text="base64url: the client's public key")
    auth = models.CharField(max_length=64, help_text="base64url: the shared secret of RFC 8291")
    standard = models.BooleanField(default=False, help_text="aes128gcm of RFC 8291; false: the older aesgcm")
    alerts = models.JSONField(default=dict)
    policy = models.CharField(max_length=10, choices=Policy, default=Policy.ALL)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"push to {self.account_id}"
