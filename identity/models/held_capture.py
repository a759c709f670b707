"""Pictures held for a reviewer with the person's separate consent, and who looked at them.

The frames are in an unlogged table of PostgreSQL, each sealed with AES-256-GCM: they outlive Redis and every process of
ours, and reach neither the write-ahead log nor what is made of it (archives, replicas, base backups). Why there:
docs/decisions/0017-review.md.
"""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from identity.models.review import ReviewCase


class HeldCapture(models.Model):
    """That frames of a case are held, until when, and the salt of their key. Gone with the frames."""

    case = models.OneToOneField(ReviewCase, primary_key=True, on_delete=models.CASCADE, related_name="held")
    salt = models.BinaryField(help_text="32 random bytes; the key is derived from it and the root secret")
    frames = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.frames} frames held for case {self.case_id}"


class HeldFrame(models.Model):
    """One sealed frame: nonce, ciphertext, tag."""

    held = models.ForeignKey(HeldCapture, on_delete=models.CASCADE, related_name="sealed", db_index=False)
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["held", "number"], name="one_held_frame_for_each_number")]

    def __str__(self) -> str:
        return f"frame {self.number} of case {self.held_id}"


class HeldCaptureView(models.Model):
    """That a reviewer was shown one frame. Append-only, and kept when the frames are gone."""

    id = TimestampIdField()
    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="views", db_index=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="capture_views")
    frame = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="views_of_review")]

    def __str__(self) -> str:
        return f"frame {self.frame} of case {self.case_id} seen by {self.reviewer_id}"
