"""Whose records are where."""

from django.db import models
from django.db.models import F, Q

from common.ids import TimestampIdField
from exports.models.dataset import Dataset


class Contribution(models.Model):
    """One author's records are in the releases `since` <= number < `until` of a dataset.

    An interval, so that a release costs rows only for the authors who changed. The account may be gone: what it
    gave must still be found.
    """

    id = TimestampIdField()
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="contributions")
    account_id = models.BigIntegerField()
    records = models.PositiveIntegerField(
        null=True,
        help_text="in the last of these releases; while there is none, the state of the newest release has the number",
    )
    since = models.PositiveIntegerField(help_text="number of the first release with them")
    until = models.PositiveIntegerField(null=True, help_text="number of the first release without them")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "account_id"], condition=Q(until=None), name="one_open_contribution"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="contribution_has_a_length"),
        ]
        indexes = [models.Index(fields=["account_id"], name="contributions_of_account")]

    def __str__(self) -> str:
        return f"records of {self.account_id} in dataset {self.dataset_id}"
