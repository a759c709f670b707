"""The shapes of reviews, for the person and for the reviewer."""

from typing import Any

from rest_framework import serializers

from identity.models import ReviewCase, ReviewDecision
from identity.models.review import LONGEST_REASONS, LONGEST_STATEMENT
from identity.queries.review_queue import CaseFile, Standing
from identity.queries.reviews import OwnReview


class GroundSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class FrameSeenSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    reviewer = serializers.CharField(help_text="a number within this case, not a name")
    frame = serializers.IntegerField()


class HeldSerializer(serializers.Serializer[Any]):
    frames = serializers.IntegerField()
    held_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="deleted by then, or with the decision")


class ReviewSummarySerializer(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="to be quoted: R-2026-000123")
    kind = serializers.ChoiceField(choices=ReviewCase.Kind.choices)
    about = serializers.ChoiceField(choices=ReviewCase.About.choices)
    state = serializers.ChoiceField(choices=ReviewCase.State.choices)
    deadline = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True, help_text="empty until decided")
    appeal_of = serializers.CharField(allow_null=True, help_text="the number of the refusal that it appeals against")


class ReviewSerializer(ReviewSummarySerializer):
    grounds = GroundSerializer(many=True, help_text="why the case was opened")
    next_step = serializers.CharField(help_text="what happens next, in words")
    reasons = serializers.CharField(
        allow_blank=True, help_text="the statement of reasons, or what a better capture needs"
    )
    statement = serializers.CharField(allow_blank=True, help_text="your own words")
    appealable_until = serializers.DateTimeField(allow_null=True)
    capture_offered = serializers.BooleanField(help_text="your next enrolment belongs to this case")
    held = HeldSerializer(allow_null=True)
    seen = FrameSeenSerializer(many=True, help_text="every look at a held picture")


class ReviewsSerializer(serializers.Serializer[Any]):
    reviews = ReviewSummarySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class StatementOfPersonSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_STATEMENT)


class AccountStandingSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(allow_null=True, help_text="when the account began")
    credentials = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class CandidateSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    distance = serializers.FloatField(help_text="share of differing bits, leading embedder: 0 the same, 0.5 unrelated")
    second_distance = serializers.FloatField(allow_null=True)
    capture = serializers.IntegerField(help_text="measured with this capture of the case, from 1")
    account = AccountStandingSerializer()


class DecisionShownSerializer(serializers.Serializer[Any]):
    reviewer = serializers.CharField()
    outcome = serializers.CharField()
    reasons = serializers.CharField()
    at = serializers.DateTimeField()


class CaseFileSerializer(ReviewSummarySerializer):
    revision = serializers.IntegerField(help_text="send it back with the decision")
    yours_to_decide = serializers.BooleanField()
    captures = serializers.IntegerField()
    grounds = GroundSerializer(many=True)
    statement = serializers.CharField(allow_blank=True)
    scores = serializers.DictField(help_text="band and thresholds of the newest capture")
    gestures = serializers.ListField(child=serializers.DictField(), help_text="what was measured of each")
    account = AccountStandingSerializer()
    candidates = CandidateSerializer(many=True, help_text="the nearest; nobody by name")
    candidates_in_all = serializers.IntegerField()
    decisions = DecisionShownSerializer(many=True)
    earlier = ReviewSummarySerializer(many=True, help_text="earlier cases of this account")
    held = HeldSerializer(allow_null=True)


class DecideSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=ReviewDecision.Outcome.choices)
    reasons = serializers.CharField(max_length=LONGEST_REASONS, help_text="the person reads them")
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="of the case as you saw it")
    siblings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=32_767),
        required=False,
        max_length=1000,
        help_text="numbers of the candidates who are siblings or twins, with admit_as_sibling",
    )


def summary_shown(case: ReviewCase) -> dict[str, Any]:
    """A case in a list."""
    return dict(ReviewSummarySerializer(_summary(case)).data)


def review_shown(review: OwnReview) -> dict[str, Any]:
    """A case for its person."""
    case = review.case
    shown = _summary(case) | {
        "grounds": case.grounds,
        "next_step": review.next_step,
        "reasons": case.reasons,
        "statement": case.statement,
        "appealable_until": case.appealable_until,
        "capture_offered": case.capture_offered,
        "held": review.held,
        "seen": review.seen,
    }
    return dict(ReviewSerializer(shown).data)


def case_file_shown(file: CaseFile) -> dict[str, Any]:
    """A case for a reviewer."""
    case = file.case
    shown = _summary(case) | {
        "revision": case.revision,
        "yours_to_decide": file.yours,
        "captures": case.captures,
        "grounds": case.grounds,
        "statement": case.statement,
        "scores": case.scores,
        "gestures": case.enrolment.evidence.get("gestures", []) if case.enrolment else [],
        "account": _standing(file.account),
        "candidates": [
            {
                "number": each.number,
                "distance": round(each.distance, 4),
                "second_distance": None if each.second_distance is None else round(each.second_distance, 4),
                "capture": each.capture,
                "account": _standing(each.standing),
            }
            for each in file.candidates
        ],
        "candidates_in_all": file.candidates_in_all,
        "decisions": [
            {"reviewer": each.reviewer.username, "outcome": each.outcome, "reasons": each.reasons, "at": each.at}
            for each in file.decisions
        ],
        "earlier": [_summary(each) for each in file.earlier],
        "held": file.held,
    }
    return dict(CaseFileSerializer(shown).data)


def _summary(case: ReviewCase) -> dict[str, Any]:
    return {
        "number": case.number,
        "kind": case.kind,
        "about": case.about,
        "state": case.state,
        "deadline": case.deadline,
        "opened_at": case.opened_at,
        "decided_at": case.decided_at,
        "outcome": case.outcome,
        "appeal_of": case.appeal_of.number if case.appeal_of else None,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    held = [{"kind": kind, "level": level} for kind, level in standing.credentials]
    return {"since": standing.since, "credentials": held}
