"""What recipients read, and what people are told of it."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import HasScope
from common.pagination import LARGEST_ID
from common.problems import NotAllowed, Problem
from common.views import View
from exports.api import downloads, serializers
from exports.api.documentation import described
from exports.models import Dataset, Recipient
from exports.operations.recipients import SCOPE
from exports.operations.releases import acknowledge_release
from exports.queries import files, releases

SINCE = OpenApiParameter("since", int, description="number of the last release that you have")
PARQUET = "application/x-parquet"


class RecipientView(View):
    """For a recipient's program: an app-only token with `export:read`."""

    permission_classes: Any = [HasScope]
    scopes: ClassVar[dict[str, str]] = {"*": SCOPE}

    def recipient(self, request: Request) -> Recipient:
        """Who is reading; raises NotAllowed."""
        token: Any = request.auth
        if token.user_id is not None:
            raise NotAllowed("Releases are read with the recipient's own (client credentials) token.")
        return releases.recipient_of_client(token.client_id)

    def dataset(self, request: Request, dataset_id: int) -> Dataset:
        """The recipient's own dataset; raises NotFound."""
        if dataset_id > LARGEST_ID:
            dataset_id = 0
        return releases.dataset_of(self.recipient(request), dataset_id)


class Datasets(RecipientView):
    @described("datasets", responses=serializers.DatasetListSerializer)
    def get(self, request: Request) -> Response:
        """Your datasets, and the key that signs their releases."""
        found = releases.datasets_of(self.recipient(request))
        body = {"datasets": found, "public_key": files.public_key()}
        return Response(serializers.DatasetListSerializer(body).data)


class Releases(RecipientView):
    @described("releases", parameters=[SINCE], responses=serializers.ReleaseListSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Up to 100 releases after `since`, oldest first."""
        dataset = self.dataset(request, dataset_id)
        found = releases.releases_of(dataset, since=_since(request)).select_related("parent")[:100]
        return Response(serializers.ReleaseListSerializer({"releases": found}).data)


class OneRelease(RecipientView):
    @described("release", responses=serializers.ReleaseSerializer)
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        """One release."""
        release = releases.release_of(self.dataset(request, dataset_id), _number(number))
        return Response(serializers.ReleaseSerializer(release).data)


class ManifestFile(RecipientView):
    @described("manifest", responses={(200, "application/json"): OpenApiTypes.BINARY})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        """The signed manifest: a DSSE envelope."""
        release = releases.release_of(self.dataset(request, dataset_id), _number(number))
        return downloads.send(request, files.manifest_file(release), content_type="application/json")


class DataFile(RecipientView):
    @described("file", responses={(200, PARQUET): OpenApiTypes.BINARY})
    def get(self, request: Request, dataset_id: int, number: int, path: str) -> HttpResponseBase:
        """One Parquet file that the manifest names; ranges and entity tags work. 410 once the release is closed."""
        release = releases.release_of(self.dataset(request, dataset_id), _number(number))
        return downloads.send(request, files.stored_file(release, path), content_type=PARQUET)


class Retractions(RecipientView):
    @described("retractions", parameters=[SINCE], responses=serializers.RetractionListSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Records to delete: what releases after `since` took back."""
        dataset = self.dataset(request, dataset_id)
        rows, next_since = files.retractions_since(dataset, since=_since(request))
        return Response(serializers.RetractionListSerializer({"retractions": rows, "next_since": next_since}).data)


class Acknowledgements(RecipientView):
    @described("acknowledge", request=serializers.AcknowledgementSerializer, responses={204: None})
    def post(self, request: Request, dataset_id: int, number: int) -> Response:
        """Say that you hold a release and have applied its retractions."""
        release = releases.release_of(self.dataset(request, dataset_id), _number(number))
        given = serializers.AcknowledgementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        acknowledge_release(release=release, manifest_sha256=given.validated_data["manifest_sha256"])
        return Response(status=204)


class Mine(View):
    scopes: ClassVar[dict[str, str]] = {"GET": "read:accounts"}

    @described("mine", responses=serializers.ShareSerializer)
    def get(self, request: Request) -> Response:
        """In how many releases your posts are, and for how many recipients."""
        share = releases.share_of(int(request.user.pk or 0))
        sentence = (
            f"Your posts are in {share.releases} release{'s' * (share.releases != 1)}"
            f" for {share.recipients} recipient{'s' * (share.recipients != 1)}."
        )
        return Response(serializers.ShareSerializer({**vars(share), "sentence": sentence}).data)


def _since(request: Request) -> int:
    value = request.query_params.get("since", "0")
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise Problem("since is the number of a release.", field="since")
    return int(value)


def _number(number: int) -> int:
    return min(number, 2**31 - 1)
