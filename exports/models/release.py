"""What was published, release by release."""

from django.db import models
from django.db.models import Q

from common.ids import TimestampIdField
from exports.models.dataset import Dataset


class Release(models.Model):
    """One immutable state of a dataset. The row is what makes its folder visible."""

    class State(models.TextChoices):
        BUILDING = "building"
        PUBLISHED = "published"
        CLOSED = "closed", "no longer given out; its data files are deleted after the grace time"

    id = TimestampIdField()
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases", db_index=False)
    number = models.PositiveIntegerField(help_text="1, 2, 3 within the dataset")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    schema_version = models.PositiveSmallIntegerField()
    transaction = models.BigIntegerField(default=0, help_text="the event log up to here is in it, with seq")
    seq = models.BigIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)
    authors = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    retracted = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes of all its files")
    funnel = models.JSONField(default=dict, help_text="{filter: rows it dropped}, of what was read for this release")
    statistics = models.JSONField(default=dict, help_text="as in the release's statistics.json")
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=200, blank=True)
    files_deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="release_number_once"),
            models.UniqueConstraint(
                fields=["dataset"], condition=Q(state="building"), name="one_release_built_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closed_at"],
                condition=Q(state="closed", files_deleted_at=None),
                name="releases_to_delete",
            )
        ]

    def __str__(self) -> str:
        return f"release {self.number} of {self.dataset}"


class Acknowledgement(models.Model):
    """That a recipient has taken in a release, by the hash of the manifest that it holds."""

    id = TimestampIdField()
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="acknowledgement")
    manifest_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"acknowledgement of {self.release_id}"
