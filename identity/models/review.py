"""What people decide where the machine cannot: cases, and what was decided in them."""

import datetime as dt
import re

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from common.ids import TimestampIdField

LONGEST_STATEMENT = 2000
LONGEST_REASONS = 2000


NUMBER = re.compile(r"R-[0-9]{4}-[0-9]{6,12}")


def next_number() -> str:
    """A number that a person can quote, "R-2026-000123": of a sequence, so it says nothing of anybody."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('identity_review_number')")
        (number,) = cursor.fetchone()
    return f"R-{timezone.now().year}-{number:06}"


class ReviewCase(models.Model):
    """One question about an account's personhood that a person decides, by a deadline."""

    class Kind(models.TextChoices):
        REVIEW_BAND = "review_band", "the face may be enrolled already"
        DUPLICATE_REFUSED = "duplicate_refused", "the machine found the face enrolled already"
        REFEREE_RECORD = "referee_record", "a referee who vouched has a bad record since"
        APPEAL = "appeal", "an appeal against a refusal"
        WORLD_ID_TAKEN = "world_id_taken", "the World ID is another account's, and this person says that it is theirs"
        RECOVERIES_STOPPED = "recoveries_stopped", "recoveries of the account were stopped again and again"

    class About(models.TextChoices):
        FACE = "face", "who a captured face is"
        REFEREES = "referees", "what the word of referees is worth"
        RECOVERIES = "recoveries", "whether the account may be recovered again"
        WORLD_ID = "world_id", "whose a World ID is"

    class State(models.TextChoices):
        OPEN = "open", "waits for a reviewer"
        AWAITING_CAPTURE = "awaiting_capture", "waits for the person's new capture"
        AWAITING_SECOND_REVIEWER = "awaiting_second_reviewer", "refused, waits for another reviewer to confirm it"
        DECIDED = "decided"
        LAPSED = "lapsed", "not decided in time"

    class Outcome(models.TextChoices):
        ADMIT = "admit", "admitted"
        ADMIT_AS_SIBLING = "admit_as_sibling", "admitted, as a sibling or twin of somebody here"
        REFUSE = "refuse", "refused"
        WITHDRAWN = "withdrawn", "ended by the person"
        NOT_DECIDED = "not_decided", "nobody decided in time"
        NO_CAPTURE = "no_capture", "no new capture came in time"

    UNDECIDED = (State.OPEN, State.AWAITING_CAPTURE, State.AWAITING_SECOND_REVIEWER)

    id = TimestampIdField()
    number = models.CharField(max_length=20, unique=True, default=next_number, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(
        max_length=10, choices=About, default=About.FACE, help_text="the question: an appeal has that of its refusal"
    )
    enrolment = models.ForeignKey(
        "identity.Enrolment",
        null=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        help_text="the newest capture",
    )
    appeal_of = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="appeals")
    state = models.CharField(max_length=24, choices=State, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1, help_text="grows with all that a reviewer must have seen")
    captures = models.PositiveIntegerField(default=0, help_text="captures that it has had")
    capture_offered = models.BooleanField(default=False, help_text="the person means to send another, to be held")
    grounds = models.JSONField(default=list, help_text="why it was opened: codes and sentences")
    scores = models.JSONField(default=dict, help_text="the band and the thresholds of the newest capture")
    statement = models.CharField(max_length=LONGEST_STATEMENT, blank=True, help_text="the person's own words")
    statements = models.PositiveSmallIntegerField(default=0, help_text="how often the words were changed")
    deadline = models.DateTimeField()
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reasons = models.TextField(blank=True, help_text="the statement of reasons that the person reads")

    class Meta:
        indexes = [
            models.Index(fields=["state", "deadline", "id"], name="review_queue"),
            models.Index(fields=["account", "-id"], name="reviews_of_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "about"],
                condition=models.Q(state__in=("open", "awaiting_capture", "awaiting_second_reviewer")),
                name="one_open_review_for_each_question",
            ),
            models.UniqueConstraint(
                fields=["appeal_of"],
                condition=~models.Q(state="lapsed") & ~models.Q(outcome="withdrawn"),
                name="one_appeal_for_each_refusal",
            ),
        ]
        permissions = [("review_case", "Can review cases of personhood")]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"

    @property
    def undecided(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in self.UNDECIDED

    @property
    def about_a_face(self) -> bool:
        """Whether it asks who a captured face is."""
        return self.about == self.About.FACE

    @property
    def appealable_until(self) -> dt.datetime | None:
        """Until when a refusal may be appealed; None for anything else, and for the refusal of an appeal."""
        if self.outcome != self.Outcome.REFUSE or self.decided_at is None or self.kind == self.Kind.APPEAL:
            return None
        return self.decided_at + settings.APPEAL_WITHIN


class ReviewDecision(models.Model):
    """What one reviewer decided, and why. Append-only."""

    class Outcome(models.TextChoices):
        ADMIT = "admit", "one living human, not here before"
        ADMIT_AS_SIBLING = "admit_as_sibling", "not here before, but a sibling or twin is"
        BETTER_CAPTURE = "better_capture", "a better capture is needed"
        REFUSE = "refuse", "here before, or not one living human: to be confirmed"
        CONFIRM_REFUSAL = "confirm_refusal", "a second reviewer refuses too"
        RETURN_TO_REVIEW = "return_to_review", "a second reviewer does not refuse: it is open again"

    id = TimestampIdField()
    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    reasons = models.TextField(max_length=LONGEST_REASONS)
    revision = models.PositiveIntegerField(help_text="of the case, as the reviewer saw it")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="decisions_of_review")]

    def __str__(self) -> str:
        return f"{self.outcome} in case {self.case_id}"
