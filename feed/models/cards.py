"""What is known of a web page that a status links to."""

from django.db import models

from common.ids import TimestampIdField


class PreviewCard(models.Model):
    """One page, fetched once for all statuses that link to it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    id = TimestampIdField()
    url = models.CharField(max_length=2048)
    url_sha256 = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    kind = models.CharField(max_length=8, default="link")
    title = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_url = models.CharField(max_length=2048, blank=True)
    provider_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    image = models.CharField(max_length=200, blank=True, help_text="path in the media storage")
    image_description = models.CharField(max_length=1500, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    blurhash = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="cards_to_fetch", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return self.url
