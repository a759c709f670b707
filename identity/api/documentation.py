"""What the OpenAPI description says of every address here: examples, and the refusals to expect."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema

from identity.api.serializers import ProblemSerializer
from identity.engines.gestures import Gesture
from identity.engines.guidance import guidance

SENTENCES = {
    401: ("unauthorized", "The access token is invalid"),
    403: ("consent_required", "Before a check of your face we need your consent."),
    404: ("no_enrolment", "You have no enrolment with this id."),
    409: ("deadline_passed", "The 5 minutes for the gestures have passed: open a new enrolment to try again."),
    413: ("image_too_large", "The image has 5,000,000 bytes; at most 4,194,304 are taken."),
    422: ("image_kind", "This is not an image we can read: send a JPEG, PNG or WebP."),
    429: ("too_many_requests", "An account may open 10 enrolments in an hour: rest a while, then try again."),
    503: ("check_unavailable", "Nobody can be checked at the moment; please come back later."),
}


def _asked(gesture: Gesture) -> dict[str, Any]:
    return {
        "gesture": gesture.value,
        "instruction": gesture.instruction,
        "guidance": asdict(guidance(gesture)),
        "frames": 0,
    }


EXAMPLE = {
    "id": "117259876543210496",
    "purpose": "admission",
    "state": "opened",
    "challenge": [
        _asked(Gesture.TURN_LEFT),
        _asked(Gesture.SMILE),
        _asked(Gesture.LOOK_UP),
    ],
    "nonce": "0pF3n0nCe...",
    "deadline": "2026-01-01T12:05:00Z",
    "frames_per_gesture": {"least": 5, "most": 16},
    "step": "waiting for frames",
    "progress": 0.0,
    "reasons": [],
    "retry": None,
    "review": None,
    "opened_at": "2026-01-01T12:00:00Z",
    "submitted_at": None,
    "decided_at": None,
}
REFUSED = EXAMPLE | {
    "state": "rejected",
    "step": "decided",
    "progress": 1.0,
    "reasons": [
        {
            "code": "turn_left_not_seen",
            "sentence": "Turn your head further left: we measured 8 degrees, we need 20.",
            "gesture": "turn_left",
            "frame": None,
        }
    ],
    "retry": {
        "attempts_left": 9,
        "change": [
            {
                "code": "turn_left_not_seen",
                "short": "Move a little more",
                "spoken": "Turn your head further left: we measured 8 degrees, we need 20.",
            }
        ],
        "other_ways": [],
    },
}
ENROLMENT_EXAMPLES = [
    OpenApiExample("opened", value=EXAMPLE, response_only=True),
    OpenApiExample("rejected, with what to do", value=REFUSED, response_only=True),
]


def documented(
    *, answers: dict[Any, Any], refusals: tuple[int, ...] = (), **more: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Describe one operation: its answers by status, and the refusals it gives beside an invalid token and too many requests."""
    responses: dict[Any, Any] = dict(answers)
    for status in sorted({401, 429, *refusals}):
        responses[(status, "application/problem+json")] = _refusal(status)
    # Without one the description would be the base view's own docstring.
    more.setdefault("description", more.get("summary", ""))
    decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = extend_schema(
        tags=["identity"], responses=responses, **more
    )
    return decorator


def _refusal(status: int) -> OpenApiResponse:
    code, sentence = SENTENCES[status]
    value = {"type": f"about:blank#{code}", "title": code.replace("_", " ").capitalize(), "status": status}
    example = OpenApiExample(code, value=value | {"detail": sentence, "code": code}, status_codes=[str(status)])
    return OpenApiResponse(ProblemSerializer, description=sentence, examples=[example])
