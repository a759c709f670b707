"""One living human, and what shows it."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Person(models.Model):
    """One living human, with one account: a code that hung on no account would stop its own person for ever."""

    id = TimestampIdField()
    account = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="person")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"person {self.pk}"


class Credential(models.Model):
    """That a person, or an account, was found to be what `level` says, by `method`, until it expires or ends."""

    class Kind(models.TextChoices):
        FACE = "face"
        PASSKEY = "passkey"
        WORLD_ID = "world_id"
        REFEREE = "referee"
        OPERATOR = "operator", "admitted by an operator"
        UNCHECKED = "unchecked", "no proof of personhood: let in at registration on a development machine"

    class Level(models.TextChoices):
        UNIQUE = "unique", "a living human, admitted once"
        PRESENT = "present", "a human was there"
        SIMULATED = "simulated", "an agent of the demo world"
        UNCHECKED = "unchecked", "nobody looked who this is"

    id = TimestampIdField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="credentials")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credentials", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind)
    level = models.CharField(max_length=20, choices=Level)
    method = models.CharField(max_length=60, help_text="what was done, with its version: face-gestures-1")
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="withdrawn, erased or revoked")
    end_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "expires_at"], name="credential_of_account")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}"
