"""Referees: people who are trusted to say, after meeting somebody, that they are one living human."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from common.ids import TimestampIdField

LONGEST_REASON = 500


class Referee(models.Model):
    """The role of one account, from its appointment to its end."""

    class End(models.TextChoices):
        RESIGNED = "resigned"
        DISMISSED = "dismissed"
        BAD_RECORD = "bad_record", "ended for what the referee did"

    id = TimestampIdField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="referee_roles")
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="referees_appointed"
    )
    trusted_since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=End, blank=True)
    end_words = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at=None), name="one_live_role_of_referee_for_each_account"
            )
        ]
        permissions = [("appoint_referee", "Can appoint and dismiss referees")]

    def __str__(self) -> str:
        return f"referee {self.account_id}"

    @property
    def doubted(self) -> bool:
        """Whether the words of this referee are worth nothing any more. Those of one who went in good standing stay."""
        return self.end_reason in (self.End.BAD_RECORD, self.End.DISMISSED)


class VouchRequest(models.Model):
    """A person's wish to be vouched for: a short code that they show at the meeting, so nobody is vouched for unasked."""

    id = TimestampIdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vouch_requests", db_index=False
    )
    code_digest = models.CharField(max_length=64, unique=True, help_text="keyed; the code itself is shown once")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="vouch_request_of_account")]

    def __str__(self) -> str:
        return f"vouch request {self.pk}"


class Vouch(models.Model):
    """One referee's word for one person: a statement, and the signature of the referee's passkey over its digest.

    With `nonce`, `response` and `public_key` anybody can check the signature later: the challenge in the response's client
    data is SHA-256 over the nonce and the digest (WebAuthn, section 7.2).
    """

    class Place(models.TextChoices):
        HOME = "home", "at somebody's home"
        PUBLIC = "public", "in a public place"
        WORK = "work", "at a place of work or study"
        INSTITUTION = "institution", "at a library, council or other institution"
        OTHER = "other", "elsewhere"

    id = TimestampIdField()
    referee = models.ForeignKey(Referee, null=True, on_delete=models.SET_NULL, related_name="vouches")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vouches")
    request = models.OneToOneField(VouchRequest, on_delete=models.CASCADE, related_name="vouch")
    met_on = models.DateField()
    place = models.CharField(max_length=12, choices=Place)
    statement_version = models.CharField(max_length=10)
    statement = models.TextField(max_length=2000)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the statement's UTF-8 bytes, hex")
    begun_at = models.DateTimeField(auto_now_add=True)
    deadline = models.DateTimeField(help_text="of the signature")
    nonce = models.CharField(max_length=64, blank=True)
    response = models.JSONField(null=True, help_text="the authenticator's answer")
    public_key = models.BinaryField(null=True, help_text="of the passkey that signed, COSE")
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when a newer word of the same referee took its place")

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="vouch_for_account", condition=models.Q(signed_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referee", "account"], condition=models.Q(ended_at=None), name="one_live_vouch_of_a_referee"
            )
        ]

    def __str__(self) -> str:
        return f"vouch {self.pk} for {self.account_id}"
