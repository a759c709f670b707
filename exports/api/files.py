"""Files of releases, by the recipient's token or by a signed address."""

import time
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from common.pagination import LARGEST_ID
from common.problems import NotAllowed, Problem
from exports.api import downloads
from exports.api.documentation import described
from exports.api.readers import RecipientView
from exports.engines.addresses import FileAddress
from exports.engines.keys import address_key
from exports.engines.manifest import FILE_NAME
from exports.models import Recipient, Release
from exports.queries import files, releases
from exports.queries.recipients import recipient_of_id

PARQUET = "application/x-parquet"
CONTENT_TYPES = {"parquet": PARQUET, "json": "application/json", "md": "text/markdown; charset=utf-8"}
ADDRESS = "/api/humankind/v1/exports/download"
ADDRESS_SECONDS = 600
LONGEST_PATH = 200


class ManifestFile(RecipientView):
    @described("manifest", responses={(200, "application/json"): OpenApiTypes.BINARY})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        """The signed manifest: a DSSE envelope. A closed release keeps it."""
        release = self.release(request, dataset_id, number)
        return downloads.send(
            request,
            files.manifest_file(release),
            recipient=self.recipient(request),
            release=release,
            path=FILE_NAME,
            content_type="application/json",
        )


class DataFile(RecipientView):
    @described("file", responses={(200, PARQUET): OpenApiTypes.BINARY})
    def get(self, request: Request, dataset_id: int, number: int, path: str) -> HttpResponseBase:
        """One file that the manifest names; ranges and entity tags work. 410 once the release is closed."""
        release = self.release(request, dataset_id, number)
        return _send(request, self.recipient(request), release, path)


class SignedFile(RecipientView):
    """No token: the address, which the release's description gives, is the permission, and ends after ten minutes."""

    authentication_classes: Any = []
    permission_classes: Any = [AllowAny]
    scopes: ClassVar[dict[str, str]] = {}

    def find(self, request: Request) -> Recipient | None:
        address = _address(request)
        return recipient_of_id(address.recipient) if address else None

    @described(
        "signed_file",
        parameters=[
            OpenApiParameter(name, str, required=True)
            for name in ("recipient", "release", "expires", "path", "signature")
        ],
        responses={(200, PARQUET): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """One file of one release; ranges and entity tags work. 403 for an address that was changed or has run out."""
        address = _address(request)
        if address is None:
            raise NotAllowed("The signature is not of this address.", code="bad_signature")
        if address.expires < time.time():
            raise NotAllowed("This address has run out: ask for the release again.", code="address_expired")
        recipient = self.recipient(request)
        release = releases.release_for(recipient, address.release)
        return _send(request, recipient, release, address.path)


def signed_address(request: Request, release: Release, path: str, *, recipient_id: int) -> str:
    """Where one file of a release may be fetched for the next ten minutes."""
    address = FileAddress(recipient_id, release.pk, int(time.time()) + ADDRESS_SECONDS, path)
    query = {**vars(address), "signature": address.signature(_key())}
    return str(request.build_absolute_uri(f"{ADDRESS}?{urlencode(query)}"))


def _address(request: Request) -> FileAddress | None:
    """The address that was signed; None where it was not."""
    given = request.query_params
    numbers = [given.get(name, "") for name in ("recipient", "release", "expires")]
    path, signature = given.get("path", ""), given.get("signature", "")
    if not all(number.isascii() and number.isdigit() and len(number) <= 19 for number in numbers):
        return None
    recipient, release, expires = (int(number) for number in numbers)
    if max(recipient, release) > LARGEST_ID or len(path) > LONGEST_PATH or len(signature) != 64:
        return None
    address = FileAddress(recipient, release, expires, path)
    return address if address.is_signed(_key(), signature) else None


def _key() -> bytes:
    return address_key(settings.RELEASE_SIGNING_KEY)


def _send(request: Request, recipient: Recipient, release: Release, path: str) -> HttpResponseBase:
    if len(path) > LONGEST_PATH or "\0" in path:
        raise Problem("The release has no such file.", code="not_found", status=404)
    kind = CONTENT_TYPES.get(path.rpartition(".")[2], "application/octet-stream")
    file = files.stored_file(release, path)
    return downloads.send(request, file, recipient=recipient, release=release, path=path, content_type=kind)
