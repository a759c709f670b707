"""Media: what people attach, and what the engines make for them."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class MediaAttachment(models.Model):
    """One image, film or sound, uploaded or generated, attached to a status once it is posted."""

    class Kind(models.TextChoices):
        IMAGE = "image"
        GIFV = "gifv"
        VIDEO = "video"
        AUDIO = "audio"
        UNKNOWN = "unknown"

    class State(models.TextChoices):
        WAITING = "waiting"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    class Source(models.TextChoices):
        UPLOAD = "upload"
        GENERATED = "generated"

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media")
    status = models.ForeignKey("feed.Status", null=True, on_delete=models.SET_NULL, related_name="media")
    source = models.CharField(max_length=10, choices=Source)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.IMAGE)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    reason = models.CharField(max_length=300, blank=True, help_text="why it failed, in words")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    original = models.CharField(
        max_length=200, blank=True, help_text="path of what was uploaded, until it is converted"
    )
    file = models.CharField(max_length=200, help_text="path in the media storage")
    preview = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    description = models.CharField(max_length=1500, blank=True)
    focus_x = models.FloatField(default=0, help_text="-1 (left) to 1 (right)")
    focus_y = models.FloatField(default=0, help_text="-1 (bottom) to 1 (top)")
    blurhash = models.CharField(max_length=120, blank=True)
    meta = models.JSONField(default=dict, help_text="of film and sound: duration, frame_rate, bitrate, preview's size")
    digital_source_type = models.CharField(
        max_length=60, blank=True, help_text="IPTC term when a machine made it, such as algorithmicMedia"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # Every file that is served is looked up by its path.
        indexes = [
            models.Index(fields=["file"], name="media_by_file"),
            models.Index(fields=["preview"], name="media_by_preview"),
            models.Index(fields=["id"], name="media_never_posted", condition=models.Q(status=None, source="upload")),
            models.Index(
                fields=["id"], name="media_to_convert", condition=models.Q(state__in=("waiting", "processing"))
            ),
        ]

    def __str__(self) -> str:
        return f"media {self.pk}"


class Generation(models.Model):
    """One request for an image."""

    class State(models.TextChoices):
        QUEUED = "queued"
        GENERATING = "generating"
        SIGNING = "signing"
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="generations")
    prompt = models.CharField(max_length=1000)
    width = models.PositiveIntegerField(default=768)
    height = models.PositiveIntegerField(default=768)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=300, blank=True, help_text="why refused or failed, in words")
    engine = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    media = models.OneToOneField(MediaAttachment, null=True, on_delete=models.SET_NULL, related_name="generation")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="generation_to_sweep",
                condition=models.Q(state__in=("queued", "generating", "signing")),
            )
        ]

    def __str__(self) -> str:
        return f"generation {self.pk}: {self.state}"
