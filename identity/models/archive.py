"""A copy of all that is held on a person, asked for by that person."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Archive(models.Model):
    """One request for the archive. The file is on disk, sealed; its key is here, and goes when it expires."""

    class State(models.TextChoices):
        QUEUED = "queued"
        BUILDING = "building"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    UNFINISHED = (State.QUEUED, State.BUILDING)

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="archives", db_index=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=60, blank=True, help_text="the part that is being written")
    progress = models.FloatField(default=0.0, help_text="0 to 1")
    face_codes = models.BooleanField(default=False, help_text="whether the codes of the face themselves are in it")
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=80, blank=True, help_text="a random name in the folder of archives")
    key = models.BinaryField(null=True, help_text="AES-256 key of the file; without it the file is noise")
    size = models.PositiveBigIntegerField(default=0, help_text="bytes of the archive, unsealed")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the archive, unsealed")
    asked_at = models.DateTimeField(auto_now_add=True)
    built_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=("queued", "building")),
                name="one_unfinished_archive_for_each_account",
            )
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="archives_of_account"),
            models.Index(
                fields=["id"], name="archive_to_sweep", condition=models.Q(state__in=("queued", "building", "ready"))
            ),
        ]

    def __str__(self) -> str:
        return f"archive {self.pk}: {self.state}"
