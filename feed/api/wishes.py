"""What a client asks to be posted or changed, read from its parameters."""

import base64
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from allauth.idp.oidc.models import Token
from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from common.problems import Problem
from feed.api.parameters import flag, identifier, identifiers, items, number, objects, text
from feed.engines.pictures import LARGEST_UPLOAD
from feed.operations.edits import MediaChange
from feed.operations.media import focus_from
from feed.queries.poll_wishes import PollWish, poll_wish

LATEST_YEAR = 9000


def status_wish(given: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The keyword arguments of `post_status`, but the account."""
    ours = _ours(given)
    for_training = flag(ours, "for_training")
    return {
        "text": text(given, "status"),
        "visibility": text(given, "visibility") or None,
        "in_reply_to_id": optional_id(given, "in_reply_to_id"),
        "media_ids": tuple(identifiers(given, "media_ids")),
        "poll": wished_poll(given),
        "spoiler_text": text(given, "spoiler_text"),
        "sensitive": flag(given, "sensitive"),
        "language": text(given, "language"),
        "made_by": text(ours, "made_by") or "human",
        "for_training": True if for_training is None else for_training,
        "quoted_status_id": optional_id(given, "quoted_status_id"),
        "quote_policy": text(given, "quote_approval_policy") or None,
        "allowed_mentions": tuple(identifiers(given, "allowed_mentions")) if "allowed_mentions" in given else None,
        "application_id": application_of(request),
    }


def edit_wish(given: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments of `edit_status`, but account and status."""
    changes = {
        identifier(one.get("id"), "media_attributes"): _media_change(one) for one in objects(given, "media_attributes")
    }
    return {
        "text": text(given, "status"),
        "spoiler_text": text(given, "spoiler_text"),
        "sensitive": flag(given, "sensitive"),
        "language": text(given, "language"),
        "media_ids": tuple(identifiers(given, "media_ids")),
        "media_changes": changes,
        "poll": wished_poll(given),
        "quote_policy": text(given, "quote_approval_policy") or None,
        "for_training": flag(_ours(given), "for_training"),
    }


def wished_poll(given: Mapping[str, Any]) -> PollWish | None:
    """`poll`, or None where there is none or an empty one. Raises Problem."""
    poll = given.get("poll")
    if poll is None or poll in ("", {}):
        return None
    if not isinstance(poll, dict):
        raise Problem("poll is an object with options and expires_in.", field="poll")
    return poll_wish(
        options=items(poll, "options"),
        expires_in=number(poll, "expires_in"),
        multiple=bool(flag(poll, "multiple")),
        hide_totals=bool(flag(poll, "hide_totals")),
    )


def moment_given(given: Mapping[str, Any], name: str) -> dt.datetime | None:
    """A time in ISO 8601, in UTC where it names no zone; None when it is not given.

    Raises Problem with Mastodon's own sentence, which its clients know.
    """
    word = text(given, name).strip()
    if not word:
        return None
    try:
        found = parse_datetime(word) if len(word) <= 40 else None
        if found is None or found.year > LATEST_YEAR:
            raise ValueError(word)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Problem("Record invalid", field=name) from error


def optional_id(given: Mapping[str, Any], name: str) -> int | None:
    """An id, or None when it is not given or empty."""
    value = given.get(name)
    return identifier(value, name) if value not in (None, "") else None


def application_of(request: Request) -> str:
    """The id of the application whose token the request carries."""
    token = request.auth
    return str(token.client_id or "") if isinstance(token, Token) else ""


def _ours(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of our own fields, `humankind[...]`."""
    ours = given.get("humankind")
    return ours if isinstance(ours, dict) else {}


def _media_change(given: Mapping[str, Any]) -> MediaChange:
    focus = text(given, "focus").strip()
    return MediaChange(
        description=None if given.get("description") is None else text(given, "description"),
        focus=focus_from(focus) if focus else None,
        thumbnail=_thumbnail(given.get("thumbnail")),
    )


def _thumbnail(value: Any) -> BinaryIO | None:
    """A picture as an uploaded file, or as a `data:` address in JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, UploadedFile):
        return io.BytesIO(value.read(LARGEST_UPLOAD + 1))
    kind, _, data = str(value).partition(";base64,")
    try:
        if not kind.startswith("data:image/"):
            raise ValueError(kind[:20])
        return io.BytesIO(base64.b64decode(data, validate=True))
    except ValueError as error:
        raise Problem(
            "thumbnail is a picture's file, or data:image/...;base64,...", field="media_attributes"
        ) from error
