"""Which files were given to whom."""

from django.db import models

from common.ids import TimestampIdField
from exports.models.dataset import Recipient
from exports.models.release import Release


class Download(models.Model):
    """One request for a file of a release, as it was answered."""

    id = TimestampIdField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="downloads", db_index=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    path = models.CharField(max_length=200)
    bytes = models.PositiveBigIntegerField(default=0, help_text="sent, without headers")
    status = models.PositiveSmallIntegerField(help_text="of the HTTP answer")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["recipient", "-at"], name="downloads_of_recipient")]

    def __str__(self) -> str:
        return f"{self.path} of release {self.release_id} for {self.recipient_id}: {self.status}"
