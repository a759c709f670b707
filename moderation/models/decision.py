"""What was decided, with its statement of reasons, and what was taken back. The database refuses to change either."""

from django.conf import settings
from django.db import models

from common.ids import TimestampIdField
from moderation.models.case import Case

LONGEST_FACTS = 5000
LONGEST_RULE = 500
LONGEST_UNDO_REASON = 1000


class Decision(models.Model):
    """One decision on a case. Its fields are those of a statement of reasons under article 17 of Regulation (EU)
    2022/2065 (Digital Services Act), named after the Commission's transparency database.
    """

    class Effect(models.TextChoices):
        NONE = "none", "no action"
        WITHHOLD_STATUS = "withhold_status", "withhold the named statuses"
        LIMIT_ACCOUNT = "limit_account", "limit the account"
        SUSPEND_ACCOUNT = "suspend_account", "suspend the account"
        REQUEST_REVERIFICATION = "request_reverification", "ask for a new proof of personhood"

    class Ground(models.TextChoices):
        LEGAL = "legal", "illegal content"
        TERMS = "terms", "against the terms of service"

    class Category(models.TextChoices):
        ANIMAL_WELFARE = "animal_welfare"
        CONSUMER_INFORMATION = "consumer_information"
        CYBER_VIOLENCE = "cyber_violence"
        DATA_PROTECTION = "data_protection_and_privacy"
        ILLEGAL_SPEECH = "illegal_or_harmful_speech"
        INTELLECTUAL_PROPERTY = "intellectual_property"
        CIVIC_DISCOURSE = "negative_effects_on_civic_discourse"
        NON_CONSENSUAL = "non_consensual_behaviour"
        PORNOGRAPHY = "pornography_or_sexualised_content"
        MINORS = "protection_of_minors"
        PUBLIC_SECURITY = "risk_for_public_security"
        SCAMS = "scams_and_fraud"
        SELF_HARM = "self_harm"
        UNSAFE_PRODUCTS = "unsafe_and_prohibited_products"
        VIOLENCE = "violence"
        OTHER = "other_violation_of_terms"

    class ContentType(models.TextChoices):
        TEXT = "text"
        IMAGE = "image"
        ACCOUNT = "account", "the account as a whole"
        OTHER = "other"

    class Source(models.TextChoices):
        NOTICE = "notice", "a report"
        OWN_INITIATIVE = "own_initiative", "our own initiative"

    class Automation(models.TextChoices):
        NOT_AUTOMATED = "not_automated", "decided by a person"
        PARTIALLY = "partially_automated", "prepared by a machine, decided by a person"

    class Scope(models.TextChoices):
        EVERYWHERE = "everywhere"

    id = TimestampIdField()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="decision")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="decisions",
        help_text="whom it concerns",
        db_index=False,
    )
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions_made")
    effect = models.CharField(max_length=30, choices=Effect)
    status_ids = models.JSONField(default=list, help_text="the statuses concerned")
    ground = models.CharField(max_length=10, choices=Ground)
    category = models.CharField(max_length=50, choices=Category)
    rule = models.CharField(max_length=LONGEST_RULE, help_text="the law or the term of service relied on, and why")
    content_type = models.CharField(max_length=10, choices=ContentType)
    content_date = models.DateField(help_text="when the content was posted")
    facts = models.TextField(max_length=LONGEST_FACTS, help_text="facts and circumstances relied on")
    source = models.CharField(max_length=20, choices=Source)
    automated_detection = models.BooleanField(help_text="whether a machine pointed it out")
    automated_decision = models.CharField(max_length=20, choices=Automation, default=Automation.NOT_AUTOMATED)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.EVERYWHERE)
    end_date = models.DateField(null=True, help_text="the day on which it ends by itself; none: until undone")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="decisions_on"),
            models.Index(fields=["end_date"], name="decision_to_end", condition=models.Q(end_date__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.effect}"


class Undo(models.Model):
    """That a decision was taken back, or has ended. Append-only."""

    id = TimestampIdField()
    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="undo")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="decisions_undone",
        help_text="none: it reached its end date",
    )
    reason = models.CharField(max_length=LONGEST_UNDO_REASON)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"undo of decision {self.decision_id}"
