"""What a person said of their age: whether it is enough, never the date of birth."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class AgeDeclaration(models.Model):
    """One answer to the question of age. Append-only but for an operator's `set_aside_at`; the newest that stands counts."""

    class Method(models.TextChoices):
        DATE_OF_BIRTH = "date_of_birth", "a date of birth, which was not kept"
        OVER = "over", "a statement to be at least so old"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="age_declarations", db_index=False
    )
    region = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, as the person gave it")
    over = models.PositiveSmallIntegerField(help_text="years that the answer is about: the minimum asked for, or 18")
    met = models.BooleanField(help_text="whether the person is at least so old by their own answer")
    method = models.CharField(max_length=20, choices=Method)
    at = models.DateTimeField(auto_now_add=True)
    set_aside_at = models.DateTimeField(null=True, help_text="an operator let the person answer again before the time")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="newest_age_declaration")]

    def __str__(self) -> str:
        return f"{'at least' if self.met else 'under'} {self.over} in {self.region}"
