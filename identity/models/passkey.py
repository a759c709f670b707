"""Passkeys (WebAuthn credentials), and the ceremonies in which they are made and used."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.ids import TimestampIdField

LONGEST_NAME = 60


class Passkey(models.Model):
    """The public half of a key pair whose private half never leaves a person's device or password manager."""

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(unique=True, max_length=1023)
    public_key = models.BinaryField(help_text="COSE key in CBOR (RFC 9052)")
    sign_count = models.BigIntegerField(
        default=0, help_text="of the newest signature; 0 where the authenticator counts none"
    )
    aaguid = models.UUIDField(help_text="model of the authenticator; zeros where it is not told")
    name = models.CharField(max_length=LONGEST_NAME)
    transports = ArrayField(models.CharField(max_length=20), default=list)
    backed_up = models.BooleanField(default=False, help_text="kept by a password manager, so on several devices")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    copy_suspected_at = models.DateTimeField(null=True, help_text="when its signature count last went back")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="passkey_of_account", condition=models.Q(revoked_at=None))]

    def __str__(self) -> str:
        return f"passkey {self.pk} of {self.account_id}"


class PasskeyCeremony(models.Model):
    """One challenge, answered at most once and until its deadline. The challenge itself is not kept, only its digest."""

    class Purpose(models.TextChoices):
        REGISTER = "register"
        SIGN_IN = "sign_in"
        ASSERT = "assert"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="passkey_ceremonies"
    )
    purpose = models.CharField(max_length=10, choices=Purpose)
    reason = models.CharField(max_length=60, blank=True, help_text="what an assertion is for")
    challenge_sha256 = models.BinaryField(unique=True, max_length=32)
    bound_to = models.BinaryField(
        default=bytes, help_text="SHA-256 of the statement that the signature covers, or empty"
    )
    deadline = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["deadline"], name="passkey_ceremony_to_sweep")]

    def __str__(self) -> str:
        return f"{self.purpose} ceremony {self.pk}"
