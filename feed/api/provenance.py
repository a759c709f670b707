"""/api/humankind/v1/media/{id}/provenance: how an image came to be."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.views import PublicView
from feed.api.documentation import PROVENANCE, documented
from feed.queries.provenance import provenance_of, visible_media


class MediaProvenance(PublicView):
    """Read back from the stored file each time it is asked for, and verified against this network's root."""

    @documented(summary="Who or what made an image, and whether its credentials verify", status=200, example=PROVENANCE)
    def get(self, request: Request, media_id: int) -> Response:
        viewer_id = request.user.pk if request.user.is_authenticated else None
        return Response(provenance_of(visible_media(media_id=media_id, viewer_id=viewer_id)))
