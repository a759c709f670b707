"""What the OpenAPI description says of feed's own endpoints."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema

GENERATION = {
    "id": "117259876543210496",
    "prompt": "a quiet lake at sunset",
    "width": 768,
    "height": 768,
    "state": "done",
    "progress": 100,
    "reason": None,
    "engine": "Humankind procedural painter 1",
    "media": {"id": "117259876543275008", "type": "image", "humankind": {"source": "generated", "machine_made": True}},
    "created_at": "2026-01-01T12:00:00+00:00",
    "started_at": "2026-01-01T12:00:00+00:00",
    "finished_at": "2026-01-01T12:00:01+00:00",
}
GENERATIONS = {"generations": [GENERATION], "next_cursor": None}
PROVENANCE = {
    "id": "117259876543275008",
    "url": "https://social.example/media/generated/ab/abcd.jpg",
    "source": "generated",
    "machine_made": True,
    "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    "credentials": {
        "state": "trusted",
        "trusted": True,
        "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        "issuer": "Humankind development",
        "signed_by": "Image provenance",
        "software": "Humankind procedural painter 1",
    },
    "words": "This image was made here by a machine: drawn by a computer program ...",
}


def documented(
    *, summary: str, status: int, example: dict[str, Any], tag: str = "images", **more: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """drf-spectacular's `extend_schema` with a type, for an answer shown by an example."""
    shown = OpenApiExample("answer", value=example, response_only=True, status_codes=[str(status)])
    answer = OpenApiResponse(OpenApiTypes.OBJECT, description=summary, examples=[shown])
    decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = extend_schema(
        tags=[tag], summary=summary, description=summary, responses={status: answer}, **more
    )
    return decorator
