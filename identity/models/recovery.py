"""Ways back without an account: a face asks for its account, or asks to be erased."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField


class Recovery(models.Model):
    """Somebody asks for their account by face. It takes effect only after a time in which it can be stopped."""

    class State(models.TextChoices):
        STARTED = "started", "waits for the capture"
        MATCHED = "matched", "can be stopped, then completed"
        STOPPED = "stopped"
        COMPLETED = "completed"
        LAPSED = "lapsed", "nobody was recognised, or it was not completed in time"

    class StoppedBy(models.TextChoices):
        DEVICE = "device", "a device that is signed in"
        LINK = "link", "the link in the e-mail"

    id = TimestampIdField()
    enrolment = models.OneToOneField("identity.Enrolment", on_delete=models.CASCADE, related_name="recovery")
    # Never told to whoever asks before the time to stop it is over.
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.CASCADE, related_name="recoveries")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="recoveries", db_index=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    secret_sha256 = models.CharField(max_length=64, help_text="of the secret by which it is completed")
    policy_version = models.CharField(max_length=20, help_text="of the consent to the check, given with the request")
    text_sha256 = models.CharField(max_length=64, help_text="of the text that the person was shown")
    started_at = models.DateTimeField(auto_now_add=True)
    matched_at = models.DateTimeField(null=True)
    revert_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=10, choices=StoppedBy, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="matched"), name="one_recovery_of_a_person_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="recovery_of_account"),
            models.Index(fields=["state", "revert_until"], name="recovery_to_sweep"),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}: {self.state}"


class ErasureByFace(models.Model):
    """Somebody who has lost their account asks for their face to be erased; at once, when they are recognised."""

    id = TimestampIdField()
    enrolment = models.OneToOneField("identity.Enrolment", on_delete=models.CASCADE, related_name="erasure_by_face")
    policy_version = models.CharField(max_length=20, help_text="of the consent to the check, given with the request")
    text_sha256 = models.CharField(max_length=64, help_text="of the text that the person was shown")
    receipt = models.ForeignKey("identity.ErasureReceipt", null=True, on_delete=models.SET_NULL, related_name="+")
    jws = models.TextField(blank=True, help_text="the receipt as whoever asked gets it: it does not name the account")
    asked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"erasure by face {self.pk}"
