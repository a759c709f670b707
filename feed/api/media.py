"""Mastodon's media endpoints, and the files themselves."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views import View as PlainView
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.problems import NotFound, Problem
from feed.api.parameters import parameters
from feed.api.views import MastodonView
from feed.operations.media import describe_media, upload_image
from feed.queries.images import own_media, render_media, stored_file


class MediaUpload(MastodonView):
    """POST /api/v2/media and /api/v1/media. The image is finished when the answer comes, so it is always 200."""

    scopes = {"POST": "write:media"}

    def post(self, request: Request) -> Response:
        file = request.FILES.get("file")
        if file is None:
            raise Problem("Validation failed: File can't be blank", field="file")
        media = upload_image(account_id=caller(request), file=file, description=_description(request) or "")
        return Response(render_media(media))


class MediaDetail(MastodonView):
    """GET and PUT /api/v1/media/:id, for the owner."""

    # Mastodon asks for write:media to read one's own upload too.
    scopes = {"*": "write:media"}

    def get(self, request: Request, media_id: str) -> Response:
        return Response(render_media(own_media(account_id=caller(request), media_id=int(media_id))))

    def put(self, request: Request, media_id: str) -> Response:
        description = _description(request)
        if description is None:
            # A focal point alone changes nothing here.
            return self.get(request, media_id)
        media = describe_media(account_id=caller(request), media_id=int(media_id), description=description)
        return Response(render_media(media))


def _description(request: Request) -> str | None:
    """None when the request gives none."""
    given = parameters(request).get("description")
    return None if given is None else str(given)


class MediaFile(PlainView):
    """GET /media/...: a stored file, under a name that nobody can guess.

    No script, no guessing of types, no framing: a file that a person chose must never act as a page of ours.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, path: str) -> HttpResponse:
        try:
            media = stored_file(path)
            with default_storage.open(path) as file:
                data = file.read()
        except (NotFound, FileNotFoundError):
            return HttpResponse("There is no such file.", status=404, content_type="text/plain; charset=utf-8")
        etag = quote_etag(media.sha256 if path == media.file else f"{media.sha256}-small")
        unchanged = request.headers.get("If-None-Match") == etag
        response = HttpResponse(b"" if unchanged else data, status=304 if unchanged else 200)
        response["Content-Type"] = "image/png" if path.endswith(".png") else "image/jpeg"
        response["ETag"] = etag
        # The bytes never change; a day bounds how long a cache shows what was deleted or withheld.
        response["Cache-Control"] = "public, max-age=86400, immutable"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Content-Disposition"] = "inline"
        return response
