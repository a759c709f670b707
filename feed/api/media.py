"""Mastodon's media endpoints."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.problems import Problem
from feed.api.parameters import parameters
from feed.api.views import MastodonView
from feed.operations.media import describe_media, upload_image
from feed.queries.images import own_media, render_media


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
