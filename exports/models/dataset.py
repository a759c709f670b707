"""Who receives training data, and what each receives."""

from django.db import models

from common.ids import TimestampIdField


class Recipient(models.Model):
    """A team that has accepted the terms. Its pseudonyms are made under a key that no other recipient has."""

    id = TimestampIdField()
    name = models.CharField(max_length=200, unique=True)
    contact = models.EmailField()
    terms_version = models.CharField(max_length=20)
    terms_accepted_at = models.DateTimeField()
    pseudonym_key_id = models.CharField(max_length=64, unique=True, help_text="names the derived key; not secret")
    region = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code of where the data is kept and used")
    terms_text_sha256 = models.CharField(max_length=64, blank=True, help_text="of the terms that were accepted")
    requests_per_minute = models.PositiveIntegerField(default=120)
    bytes_per_day = models.PositiveBigIntegerField(default=50_000_000_000)
    active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="given nothing since then")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Dataset(models.Model):
    """One purpose and filter for one recipient, refreshed as long as it is active."""

    id = TimestampIdField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="datasets", db_index=False)
    name = models.CharField(max_length=100)
    filter = models.JSONField(default=dict, blank=True, help_text="keys of exports.engines.filters.Filter")
    purpose = models.CharField(max_length=60, help_text="the consent that every record in it rests on")
    schema_version = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    transaction = models.BigIntegerField(default=0, help_text="the event log is read up to here, with seq")
    seq = models.BigIntegerField(default=0)
    asked_of_all_at = models.DateTimeField(
        null=True, blank=True, help_text="when the gate was last asked about everybody, whatever events there were"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "name"], name="one_dataset_of_each_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.recipient}"
