"""Enrolment: open, send frames, submit, follow, cancel."""

from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.idempotency import Answer, answer_once
from common.problems import Problem
from common.views import View, address_of
from identity.api.documentation import ENROLMENT_EXAMPLES, documented
from identity.api.events import events_of
from identity.api.serializers import EnrolmentSerializer, FramesSerializer, OpenEnrolmentSerializer, enrolment_shown
from identity.models import Enrolment
from identity.operations.challenges import LIMITS, Abilities, extend_deadline
from identity.operations.enrolments import cancel_enrolment, open_enrolment, submit_enrolment
from identity.operations.frames import MOST_BYTES, add_frames
from identity.queries.enrolments import EnrolmentView, followed

LONGEST_SECRET = 100
KEY = OpenApiParameter(
    "Idempotency-Key", location="header", description="a retry with the same key gets the first answer"
)


class CaptureView(View):
    """For the holder of a capture: the account's token, or where there is no account the secret in `Capture-Secret`."""

    def get_permissions(self) -> Any:
        return [AllowAny()] if holder(self.request)["account_id"] is None else super().get_permissions()


def holder(request: HttpRequest | Request) -> dict[str, Any]:
    """Whose captures the caller may see: `account_id` and `secret` for every operation and query of them."""
    secret = request.headers.get("Capture-Secret", "")
    if secret and "Authorization" not in request.headers:
        return {"account_id": None, "secret": secret[:LONGEST_SECRET]}
    return {"account_id": getattr(request.user, "pk", None) or 0, "secret": ""}


def shown(view: EnrolmentView) -> dict[str, Any]:
    """An enrolment as every address here answers it."""
    return enrolment_shown(view, most=LIMITS.max_frames)


class EnrolmentsView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: EnrolmentSerializer},
        refusals=(403, 409, 422, 503),
        request=OpenEnrolmentSerializer,
        parameters=[KEY],
        examples=ENROLMENT_EXAMPLES,
        summary="Open an enrolment and receive its challenge",
    )
    def post(self, request: Request) -> Response:
        wanted = OpenEnrolmentSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data

        def act() -> Answer:
            opened = open_enrolment(
                account_id=caller(request),
                address=address_of(request),
                purpose=Enrolment.Purpose(asked["purpose"]),
                abilities=Abilities.of(asked["cannot"], asked["more_time"]),
            )
            return Answer(201, shown(followed(enrolment_id=opened.pk, account_id=caller(request))))

        key = request.headers.get("Idempotency-Key")
        # What somebody cannot do is not even kept as a hash: so few sets of gestures are guessed from one.
        parameters = {"purpose": asked["purpose"], "more_time": asked["more_time"]}
        answer = answer_once(account_id=caller(request), endpoint="enrolments", key=key, parameters=parameters, act=act)
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        return Response(answer.body, status=answer.status, headers=headers)


class EnrolmentDetailView(CaptureView):
    scopes: ClassVar = {"GET": "read:accounts", "DELETE": "write:accounts"}

    @documented(
        answers={200: EnrolmentSerializer},
        refusals=(403, 404),
        examples=ENROLMENT_EXAMPLES,
        summary="Your enrolment: its state, and why not",
    )
    def get(self, request: Request, enrolment_id: int) -> Response:
        return Response(shown(followed(enrolment_id=enrolment_id, **holder(request))))

    @documented(answers={200: EnrolmentSerializer}, refusals=(403, 404), summary="Cancel it and delete its frames")
    def delete(self, request: Request, enrolment_id: int) -> Response:
        cancel_enrolment(enrolment_id=enrolment_id, **holder(request))
        return Response(shown(followed(enrolment_id=enrolment_id, **holder(request))))


class FramesView(CaptureView):
    scopes: ClassVar = {"POST": "write:accounts"}
    parser_classes = (MultiPartParser,)

    @documented(
        answers={200: EnrolmentSerializer},
        refusals=(403, 404, 409, 413, 422),
        request={"multipart/form-data": FramesSerializer},
        summary="Send frames of one gesture",
        description=f"{LIMITS.min_frames} to {LIMITS.max_frames} different frames a gesture, in order of time, each at most"
        f" {LIMITS.image.max_bytes:,} bytes and {LIMITS.image.max_pixels:,} pixels, together at most {MOST_BYTES:,} bytes.",
    )
    def post(self, request: Request, enrolment_id: int) -> Response:
        _refuse_large_body(request)
        if unread := [name for name in request.FILES if name != "frames"]:
            raise Problem(f"Pictures come in the form field frames, not {unread[0][:40]}.", field=unread[0][:40])
        add_frames(
            enrolment_id=enrolment_id,
            **holder(request),
            gesture=request.POST.get("gesture", ""),
            nonce=request.POST.get("nonce", ""),
            frames=[upload.read() for upload in request.FILES.getlist("frames")],
        )
        return Response(shown(followed(enrolment_id=enrolment_id, **holder(request))))


class SubmitView(CaptureView):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={202: EnrolmentSerializer}, refusals=(403, 404, 409), request=None, summary="Ask for the decision"
    )
    def post(self, request: Request, enrolment_id: int) -> Response:
        submit_enrolment(enrolment_id=enrolment_id, **holder(request))
        return Response(shown(followed(enrolment_id=enrolment_id, **holder(request))), status=202)


class MoreTimeView(CaptureView):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: EnrolmentSerializer},
        refusals=(403, 404, 409),
        request=None,
        summary="Ask for more time to perform the gestures",
        description="Moves the deadline on, at most twice, and to at most 15 minutes from the opening."
        " No reason is asked for.",
    )
    def post(self, request: Request, enrolment_id: int) -> Response:
        extend_deadline(enrolment_id=enrolment_id, **holder(request))
        return Response(shown(followed(enrolment_id=enrolment_id, **holder(request))))


class AnyKind(BaseContentNegotiation):
    """An event stream is asked for as text/event-stream, and its refusals are JSON: there is nothing to negotiate."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class EventsView(CaptureView):
    scopes: ClassVar = {"GET": "read:accounts"}
    content_negotiation_class = AnyKind

    @documented(
        answers={(200, "text/event-stream"): OpenApiTypes.STR},
        refusals=(403, 404),
        summary="Follow the check (server-sent events)",
        description="`progress` while it goes on, then one `decided` with the enrolment as JSON, and the stream ends."
        " A stream lasts two minutes at most; connect again to go on.",
    )
    def get(self, request: Request, enrolment_id: int) -> StreamingHttpResponse:
        look = partial(followed, enrolment_id=enrolment_id, **holder(request))
        look()
        stream = events_of(look, render=shown)
        return StreamingHttpResponse(
            stream, content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )


def _refuse_large_body(request: Request) -> None:
    # A body above this is dropped by the upload handler without a word; so is one without a length.
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= 40 * 1024 * 1024:
        raise Problem(
            "One request may have 40 MiB and says its length: send fewer frames at a time.",
            code="too_large",
            status=413,
            limit=40 * 1024 * 1024,
        )
