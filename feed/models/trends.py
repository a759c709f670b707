"""Hashtags as such, and what many people use, share and like just now. Every row can be computed again."""

from django.db import models

from feed.models.tags import LONGEST_TAG


class Tag(models.Model):
    """A hashtag that some status has carried; made once, by its first status."""

    name = models.CharField(max_length=LONGEST_TAG, primary_key=True)
    accounts = models.PositiveIntegerField(default=0, help_text="how many people used it openly within a week")
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="tags_by_beginning", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return f"#{self.name}"


class Trend(models.Model):
    """One thing that trends; `subject` is a tag's name, or the id of a status or a preview card as text."""

    class Kind(models.TextChoices):
        TAG = "tag"
        STATUS = "status"
        LINK = "link"

    kind = models.CharField(max_length=6, choices=Kind)
    subject = models.CharField(max_length=LONGEST_TAG)
    peak = models.FloatField(help_text="the highest score it had")
    peak_at = models.DateTimeField()
    score = models.FloatField(help_text="the peak as it has faded since")
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="trend_once")]
        indexes = [models.Index(fields=["kind", "-score"], name="trends_by_score")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
