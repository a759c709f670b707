"""World ID: what was asked for, what was handed in, and whose nullifier is whose."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class WorldIdRequest(models.Model):
    """One request for a proof; it takes one proof. What it must be bound to is derived from its id, and not stored."""

    class Protocol(models.TextChoices):
        V4 = "4.0"
        V3 = "3.0"

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="world_id_requests", db_index=False
    )
    protocol = models.CharField(max_length=4, choices=Protocol)
    action = models.CharField(max_length=100)
    environment = models.CharField(max_length=20)
    nonce = models.CharField(max_length=66, unique=True)
    genesis_min = models.BigIntegerField(default=0, help_text="of the credential, in seconds since 1970")
    created_at = models.DateTimeField()
    deadline = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="world_id_request_of_account")]

    def __str__(self) -> str:
        return f"World ID request {self.pk}"


class WorldIdProof(models.Model):
    """One proof handed in, from then to its decision. The proof itself is kept only while it waits, sealed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        EXPIRED = "expired"

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="world_id_proofs")
    request = models.OneToOneField(WorldIdRequest, on_delete=models.CASCADE, related_name="proof")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    fingerprint = models.CharField(max_length=64, help_text="keyed digest of what was handed in: tells a retry")
    sealed = models.BinaryField(null=True, help_text="what was handed in, AES-256-GCM; dropped at the decision")
    code = models.CharField(max_length=40, blank=True, help_text="why not")
    sentence = models.CharField(max_length=300, blank=True)
    digest = models.CharField(
        max_length=64, blank=True, help_text="of the nullifier of a duplicate, as long as its refusal can be contested"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    submitted_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="world_id_proof_to_try")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", sealed__isnull=False)
                | ~models.Q(state="waiting") & models.Q(sealed=None),
                name="a_decided_proof_is_not_kept",
            )
        ]

    def __str__(self) -> str:
        return f"World ID proof {self.pk}: {self.state}"


class WorldIdNullifier(models.Model):
    """That an account is the one of the person behind a nullifier. Only a keyed digest of the nullifier is here."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="world_id_nullifier"
    )
    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256, hex")
    key_check = models.CharField(max_length=16, help_text="tells another key from ours")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"World ID of {self.account_id}"
