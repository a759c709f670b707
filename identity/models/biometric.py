"""What touches a face. Read only through identity; `Template` never leaves it."""

from django.conf import settings
from django.db import models
from pgvector.django import BitField

from common.ids import TimestampIdField

CODE_BITS = 1024


class Enrolment(models.Model):
    """One live capture of a face, from the challenge to the decision: to be admitted, or to be known again."""

    class Purpose(models.TextChoices):
        ADMISSION = "admission", "to be admitted: compared with everybody"
        RENEWAL = "renewal", "to renew a credential: compared with oneself"
        PRESENCE = "presence", "to show that one is there: compared with oneself"
        RECOVERY = "recovery", "to get back an account: looked for among everybody"
        ERASURE = "erasure", "to erase a face after losing its account: looked for among everybody"

    class State(models.TextChoices):
        OPENED = "opened"
        CAPTURING = "capturing"
        CHECKING = "checking"
        ADMITTED = "admitted"
        MATCHED = "matched"
        REVIEW = "review"
        REJECTED = "rejected"
        EXPIRED = "expired"

    OPEN = (State.OPENED, State.CAPTURING, State.CHECKING)

    id = TimestampIdField()
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.ADMISSION)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="enrolments",
        help_text="none where somebody who has lost their account captures: they hold a secret instead",
        db_index=False,
    )
    secret_sha256 = models.CharField(max_length=64, blank=True, help_text="of the secret that its holder shows")
    state = models.CharField(max_length=12, choices=State, default=State.OPENED)
    challenge = models.JSONField(help_text="the gestures, in the order asked")
    nonce = models.CharField(max_length=64, unique=True)
    least_frames = models.PositiveSmallIntegerField(default=5, help_text="needed of each gesture")
    deadline = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0, help_text="times that more time was asked for")
    frame_key = models.BinaryField(
        null=True, help_text="AES-256 key of this enrolment's frames in Redis; dropped at the decision"
    )
    frames = models.JSONField(default=dict, help_text="number of frames received for each gesture")
    frame_bytes = models.PositiveIntegerField(default=0, help_text="size of all frames received")
    step = models.CharField(max_length=40, blank=True, help_text="what the check is doing now")
    progress = models.FloatField(default=0.0, help_text="0 to 1")
    reasons = models.JSONField(default=list, help_text="why not: code, sentence, gesture")
    evidence = models.JSONField(default=dict, help_text="measured gestures and the distance band; no biometric data")
    opened_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "deadline"], name="enrolment_to_sweep"),
            models.Index(fields=["account", "-id"], name="enrolment_of_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=("opened", "capturing", "checking")),
                name="one_open_enrolment_for_each_account",
            ),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, secret_sha256="")
                | models.Q(account=None) & ~models.Q(secret_sha256=""),
                name="an_enrolment_has_an_account_or_a_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}: {self.state}"

    @property
    def owner_id(self) -> int:
        """The account's id. Raises ValueError for a capture that no account made."""
        if self.account_id is None:
            raise ValueError(f"Enrolment {self.pk} is of no account.")
        return self.account_id


class Template(models.Model):
    """A person's protected code: the sign of a keyed rotation of the embedding. Pseudonymised by a key, not anonymous."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="templates", db_index=False)
    # An epoch that codes still hang on cannot be lost: they could be compared with nothing.
    key_epoch = models.ForeignKey(
        "identity.KeyEpoch", on_delete=models.PROTECT, db_column="key_epoch", db_index=False, related_name="templates"
    )
    code = BitField(length=CODE_BITS, help_text="leading embedder")
    model = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key_epoch"], name="one_template_for_each_key_epoch"),
        ]

    def __str__(self) -> str:
        return f"template of person {self.person_id}, epoch {self.key_epoch_id}"


class SecondOpinion(models.Model):
    """The independent encoder's code of the same face. In a table of its own, so that the scan of everybody, which reads
    every template, does not also read what it compares with a few of them.
    """

    template = models.OneToOneField(Template, primary_key=True, on_delete=models.CASCADE, related_name="second_opinion")
    code = BitField(length=CODE_BITS)

    def __str__(self) -> str:
        return f"second opinion on template {self.template_id}"


class KeyEpoch(models.Model):
    """One rotation key's life. The key itself is derived from the root secret and never stored."""

    class State(models.TextChoices):
        LIVE = "live"
        RETIRED = "retired"
        COMPROMISED = "compromised"

    number = models.PositiveIntegerField(primary_key=True)
    state = models.CharField(max_length=12, choices=State, default=State.LIVE)
    check_value = models.CharField(max_length=64, help_text="tells a wrong root secret from the right one")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True, help_text="no longer live, and no code hangs on it")
    rewritten_at = models.DateTimeField(null=True, help_text="when the tables' files held its codes no longer")

    def __str__(self) -> str:
        return f"key epoch {self.number}: {self.state}"
