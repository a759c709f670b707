"""Mastodon's media endpoints."""

from typing import Any, BinaryIO, cast

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.problems import Problem
from feed.api.parameters import parameters, path_id, text
from feed.api.views import MastodonView
from feed.models import MediaAttachment
from feed.operations.media import Focus, delete_media, focus_from, update_media
from feed.operations.uploads import upload_media
from feed.operations.waiting import wait_for_conversion
from feed.queries.images import UNCONVERTED, own_media, render_media


class MediaUpload(MastodonView):
    """POST /api/v2/media: 200 for what is finished when the answer comes, 202 for what a worker converts."""

    scopes = {"POST": "write:media"}
    waits = False

    def post(self, request: Request) -> Response:
        file = request.FILES.get("file")
        if file is None:
            most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
            if int(request.META.get("CONTENT_LENGTH") or 0) > most:
                raise Problem(f"A request has at most {most // 10**6} MB.", status=413, field="file", limit=most)
            raise Problem("Validation failed: File can't be blank", field="file")
        given = parameters(request)
        media = upload_media(
            account_id=caller(request),
            file=cast(BinaryIO, file),
            description=text(given, "description"),
            focus=_focus(given),
            thumbnail=_thumbnail(request),
        )
        if self.waits:
            media = wait_for_conversion(media)
        refuse_failed(media)
        return Response(render_media(media), status=202 if media.state in UNCONVERTED else 200)


class MediaUploadV1(MediaUpload):
    """POST /api/v1/media: the answer waits for the worker; 202 only where it takes longer than a client waits."""

    waits = True


class MediaDetail(MastodonView):
    """GET, PUT and DELETE /api/v1/media/:id, for the owner, until it is posted."""

    # Mastodon asks for write:media to read one's own upload too.
    scopes = {"*": "write:media"}

    def get(self, request: Request, media_id: str) -> Response:
        """206 while it is converted."""
        return _answer(own_media(account_id=caller(request), media_id=path_id(media_id)))

    def put(self, request: Request, media_id: str) -> Response:
        given = parameters(request)
        media = update_media(
            account_id=caller(request),
            media_id=path_id(media_id),
            description=text(given, "description") if given.get("description") is not None else None,
            focus=_focus(given),
            thumbnail=_thumbnail(request),
        )
        return _answer(media)

    def delete(self, request: Request, media_id: str) -> Response:
        delete_media(account_id=caller(request), media_id=path_id(media_id))
        return Response({})


def _answer(media: MediaAttachment) -> Response:
    refuse_failed(media)
    return Response(render_media(media), status=206 if media.state in UNCONVERTED else 200)


def refuse_failed(media: MediaAttachment) -> None:
    """Raises Problem for what could not be converted."""
    if media.state == MediaAttachment.State.FAILED:
        raise Problem(media.reason or "The file could not be converted.", code="unusable_file", field="file")


def _focus(given: dict[str, Any]) -> Focus | None:
    word = text(given, "focus").strip()
    return focus_from(word) if word else None


def _thumbnail(request: Request) -> BinaryIO | None:
    return cast(BinaryIO | None, request.FILES.get("thumbnail"))
