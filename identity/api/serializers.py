"""The shapes of requests and answers, as the OpenAPI description shows them."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from rest_framework import serializers

from common.pagination import LARGEST_ID
from identity.engines.gestures import Gesture
from identity.engines.guidance import guidance
from identity.models import Consent, Enrolment, ReviewCase
from identity.queries.enrolments import EnrolmentView
from identity.queries.personhood import Personhood, needs_in_words

LONGEST_ID = len(str(LARGEST_ID))


class PolicySerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField(help_text="Markdown, to be shown as it is")
    text_sha256 = serializers.CharField(help_text="of the text's UTF-8 bytes, in hex; send it back with the consent")
    about = serializers.CharField(help_text="the first paragraph of the text: what you allow, in one sentence")
    requires = serializers.ListField(
        child=serializers.CharField(), help_text="purposes without whose consent this one has no effect"
    )


class PoliciesSerializer(serializers.Serializer[Any]):
    policies = PolicySerializer(many=True)


class GiveConsentSerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField(max_length=60)
    policy_version = serializers.CharField(max_length=20)
    text_sha256 = serializers.CharField(max_length=64, help_text="of the text that the person was shown")


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Consent
        fields = ["id", "purpose", "given", "policy_version", "text_sha256", "at"]


class StandingSerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField(help_text="what you allow, in one sentence; the whole text is at /policies")
    given = serializers.BooleanField(help_text="whether consent is in force; DELETE /consents/{purpose} withdraws it")
    policy_version = serializers.CharField(allow_null=True, help_text="that was consented to")
    newest_version = serializers.CharField()
    asks_again = serializers.BooleanField(help_text="a later text covers more: ask before anything new is done")
    requires = serializers.ListField(
        child=serializers.CharField(), help_text="purposes without whose consent this one has no effect"
    )
    missing = serializers.ListField(child=serializers.CharField(), help_text="those of them that you did not give")


class ConsentsSerializer(serializers.Serializer[Any]):
    consents = ConsentSerializer(many=True, help_text="receipts, newest first; the newest of a purpose is in force")
    next_cursor = serializers.CharField(allow_null=True, help_text="send it as `cursor` for the next page")
    purposes = StandingSerializer(many=True, help_text="every purpose, and where you stand with it")


GESTURES = [gesture.value for gesture in Gesture]


class OpenEnrolmentSerializer(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(
        choices=["admission", "renewal", "presence"],
        default="admission",
        help_text="the last two compare the face with the account's own person alone",
    )
    cannot = serializers.ListField(
        child=serializers.ChoiceField(choices=GESTURES),
        default=list,
        max_length=len(GESTURES),
        help_text="gestures that the person cannot make: none of them is asked; used for the draw, not stored",
    )
    more_time = serializers.BooleanField(default=False, help_text="twice the time from the start, 15 minutes at most")


class GuidanceSerializer(serializers.Serializer[Any]):
    spoken = serializers.CharField(help_text="to be read aloud: complete without the screen")
    short = serializers.CharField(help_text="for large print, at most 24 characters")
    sound = serializers.CharField(help_text="name of a sound to play when this gesture begins (docs/api.md)")
    haptic = serializers.CharField(help_text="name of a vibration to play when this gesture begins (docs/api.md)")


class GestureSerializer(serializers.Serializer[Any]):
    gesture = serializers.ChoiceField(choices=GESTURES)
    guidance = GuidanceSerializer()
    instruction = serializers.CharField(help_text="a sentence for the person; left and right are their own")
    frames = serializers.IntegerField(help_text="different frames received")


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField(help_text="for the person: what to do")
    gesture = serializers.CharField(allow_null=True)
    frame = serializers.IntegerField(allow_null=True, help_text="which of the gesture's frames, from 0")


class ChangeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="of the reason")
    short = serializers.CharField(help_text="for large print, at most 24 characters")
    spoken = serializers.CharField()


class OtherWaySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="of the credential that it gives")
    sentence = serializers.CharField()


class RetrySerializer(serializers.Serializer[Any]):
    attempts_left = serializers.IntegerField(allow_null=True, help_text="in this hour; null without an account")
    change = ChangeSerializer(many=True, help_text="what to do differently, the first to act on first")
    other_ways = OtherWaySerializer(many=True, help_text="ways in without a camera, after three refusals in a day")


class ReviewOfEnrolmentSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="to be quoted")
    state = serializers.CharField()
    deadline = serializers.DateTimeField()
    url = serializers.CharField(help_text="where to follow it")


class EnrolmentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    purpose = serializers.ChoiceField(choices=Enrolment.Purpose.choices)
    state = serializers.ChoiceField(choices=Enrolment.State.choices)
    challenge = GestureSerializer(many=True, help_text="perform them in this order")
    nonce = serializers.CharField(help_text="send it with every upload")
    deadline = serializers.DateTimeField(help_text="frames and submission must be in by then")
    frames_per_gesture = serializers.DictField(child=serializers.IntegerField(), help_text="`least` and `most`")
    step = serializers.CharField()
    progress = serializers.FloatField(help_text="0 to 1")
    reasons = ReasonSerializer(many=True, help_text="why not, the first to act on first; empty unless refused")
    retry = RetrySerializer(allow_null=True, help_text="null unless refused or out of time")
    review = ReviewOfEnrolmentSerializer(allow_null=True, help_text="the review in which a person decides")
    opened_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class FramesSerializer(serializers.Serializer[Any]):
    gesture = serializers.CharField(max_length=40)
    nonce = serializers.CharField(max_length=64)
    frames = serializers.ListField(
        child=serializers.FileField(), help_text="JPEG, PNG or WebP stills, in order of time; repeat the field"
    )


class PersonhoodSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["unique", "simulated", "present", "unchecked", "none"])
    admitted = serializers.BooleanField(help_text="whether the account may write")
    presence_overdue = serializers.BooleanField(help_text="a demand for presence was not met by its deadline")
    needs = serializers.CharField(help_text="what lets an account write here, in words")
    method = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    renew_from = serializers.DateTimeField(allow_null=True, help_text="from then on purpose=renewal is taken")


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="a sentence for a person")
    code = serializers.CharField(help_text="for programs; never changes")
    field = serializers.CharField(required=False)
    limit = serializers.CharField(required=False)


def enrolment_shown(view: EnrolmentView, *, most: int) -> dict[str, Any]:
    """An enrolment as JSON."""
    row = view.enrolment
    shown = {
        "id": str(row.pk),
        "purpose": row.purpose,
        "state": row.state,
        "challenge": [
            {
                "gesture": name,
                "instruction": Gesture(name).instruction,
                "guidance": guidance(Gesture(name)),
                "frames": row.frames.get(name, 0),
            }
            for name in row.challenge
        ],
        "nonce": row.nonce,
        "deadline": row.deadline,
        "frames_per_gesture": {"least": row.least_frames, "most": most},
        "step": view.progress.step,
        "progress": view.progress.share,
        "reasons": [{"gesture": None, "frame": None} | reason for reason in row.reasons],
        "retry": view.retry,
        "review": _review_of(view.review),
        "opened_at": row.opened_at,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
    }
    return dict(EnrolmentSerializer(shown).data)


def _review_of(case: ReviewCase | None) -> dict[str, Any] | None:
    if case is None:
        return None
    where = f"{settings.PUBLIC_URL}/api/humankind/v1/reviews/{case.number}"
    return {"number": case.number, "state": case.state, "deadline": case.deadline, "url": where}


def personhood_shown(personhood: Personhood) -> dict[str, Any]:
    """A personhood as JSON."""
    renew_from = personhood.expires_at - settings.RENEWAL_BEFORE if personhood.expires_at else None
    more = {"needs": needs_in_words(), "renew_from": renew_from}
    return dict(PersonhoodSerializer(asdict(personhood) | more).data)
