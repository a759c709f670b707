"""What recipients read of their datasets, and what people are told of it."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.views import PublicView, View
from exports.api import serializers
from exports.api.documentation import described
from exports.api.files import ADDRESS_SECONDS, signed_address
from exports.api.readers import RecipientView, whole_number
from exports.models import Release
from exports.operations.releases import acknowledge_release
from exports.queries import files, releases
from exports.queries.recipients import bytes_today
from exports.queries.retractions import retractions_since
from exports.queries.shares import share_of
from exports.queries.terms import all_terms

SINCE = OpenApiParameter("since", int, description="number of the last release that you have")
LIMIT = OpenApiParameter("limit", int, description="1 to 100")
OFFSET = OpenApiParameter("offset", int, description="next_offset of the page before, with its next_since")
MOST_RELEASES = 100


class Datasets(RecipientView):
    @described("datasets", responses=serializers.DatasetListSerializer)
    def get(self, request: Request) -> Response:
        """Your datasets, the key that signs their releases, and your limits."""
        recipient = self.recipient(request)
        body = {
            "datasets": releases.datasets_of(recipient),
            "public_key": files.public_key(),
            "limits": {
                "requests_per_minute": recipient.requests_per_minute,
                "bytes_per_day": recipient.bytes_per_day,
                "bytes_today": bytes_today(recipient),
            },
        }
        return Response(serializers.DatasetListSerializer(body).data)


class Releases(RecipientView):
    @described("releases", parameters=[SINCE, LIMIT], responses=serializers.ReleaseListSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Releases after `since`, oldest first; `next_since` asks for the next page, null after the last."""
        dataset = self.dataset(request, dataset_id)
        limit = max(1, whole_number(request, "limit", default=MOST_RELEASES, most=MOST_RELEASES))
        rows = releases.releases_of(dataset, since=whole_number(request, "since"))
        found = list(rows.select_related("parent", "acknowledgement")[: limit + 1])
        shown = found[:limit]
        body = {"releases": shown, "next_since": shown[-1].number if len(found) > limit else None}
        return Response(serializers.ReleaseListSerializer(body).data)


class OneRelease(RecipientView):
    @described("release", responses=serializers.OneReleaseSerializer)
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        """One release with its files; each has a signed address for ten minutes, but for the data of a closed release."""
        release = self.release(request, dataset_id, number)
        rows = [
            {
                **vars(file),
                "url": signed_address(request, release, file.path, recipient_id=self.recipient(request).pk)
                if release.state == Release.State.PUBLISHED or file.bucket is None
                else None,
            }
            for file in files.manifest_of(release).files
        ]
        body = {**serializers.ReleaseSerializer(release).data, "url_seconds": ADDRESS_SECONDS, "files": rows}
        return Response(body)


class Retractions(RecipientView):
    @described("retractions", parameters=[SINCE, OFFSET], responses=serializers.RetractionListSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Records to delete: what releases after `since` took back. Ask again with both `next_` values."""
        dataset = self.dataset(request, dataset_id)
        page = retractions_since(dataset, since=whole_number(request, "since"), offset=whole_number(request, "offset"))
        body = {"retractions": page.rows, "next_since": page.since, "next_offset": page.offset}
        return Response(serializers.RetractionListSerializer(body).data)


class Acknowledgements(RecipientView):
    @described("acknowledge", request=serializers.AcknowledgementSerializer, responses={204: None})
    def post(self, request: Request, dataset_id: int, number: int) -> Response:
        """Say that you hold a release and have applied its retractions."""
        release = self.release(request, dataset_id, number)
        given = serializers.AcknowledgementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        acknowledge_release(release=release, manifest_sha256=given.validated_data["manifest_sha256"])
        return Response(status=204)


class TermsOfUse(PublicView):
    @described("terms", responses=serializers.TermsListSerializer)
    def get(self, request: Request) -> Response:
        """Every version of the terms that recipients accept, with the hash that is kept of it."""
        return Response(serializers.TermsListSerializer({"terms": all_terms()}).data)


class Mine(View):
    scopes: ClassVar[dict[str, str]] = {"GET": "read:accounts"}

    @described("mine", responses=serializers.ShareSerializer)
    def get(self, request: Request) -> Response:
        """In how many releases your posts are, for which recipients, and when they were fetched."""
        return Response(serializers.ShareSerializer(share_of(int(request.user.pk or 0))).data)
