"""What a person must be told about their own account."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from common.ids import TimestampIdField


class AccountNotice(models.Model):
    """One thing told once: to every signed-in device, and by e-mail where the account has an address."""

    class Kind(models.TextChoices):
        RECOVERY_STARTED = "recovery_started", "somebody asks for this account by face"
        RECOVERY_STOPPED = "recovery_stopped", "a recovery was stopped"
        RECOVERY_COMPLETED = "recovery_completed", "the account was recovered"
        RENEWAL_DUE = "renewal_due", "the credential expires within 60 days"
        RENEWAL_SOON = "renewal_soon", "the credential expires within 14 days"
        RENEWAL_LAST_DAY = "renewal_last_day", "the credential expires tomorrow"
        PASSKEY_ADDED = "passkey_added", "a passkey was added"
        PASSKEY_REMOVED = "passkey_removed", "a passkey was removed"
        PASSKEY_COPIED = "passkey_copied", "a passkey was used as a copy of it would be"
        REVIEW_OPENED = "review_opened", "a person decides about the account's personhood"
        REVIEW_CAPTURE_ASKED = "review_capture_asked", "a reviewer asks for a better capture"
        REVIEW_ENDED = "review_ended", "a review was decided, or not in time"
        WORLD_ID_CONTESTED = "world_id_contested", "somebody says that the account's World ID is theirs"
        WORLD_ID_MOVED = "world_id_moved", "a reviewer gave the account's World ID to another account"
        FACE_ERASED = "face_erased", "the face was erased by a live match"
        FACE_CHECK_ANEW = "face_check_anew", "the face codes were erased for safety"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_notices", db_index=False
    )
    kind = models.CharField(max_length=30, choices=Kind)
    subject_id = models.BigIntegerField(help_text="of what it is about: a recovery, a credential")
    data = models.JSONField(default=dict, help_text="what the text names; never a secret")
    at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_after = models.DateTimeField(default=timezone.now, help_text="when to try the e-mail next")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "subject_id"], name="one_notice_of_a_kind_for_a_subject")
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="notice_of_account"),
            models.Index(fields=["mail_after"], name="notice_to_mail", condition=models.Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.account_id}"
