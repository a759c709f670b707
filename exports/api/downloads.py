"""Send a file in pieces: ranges, entity tags, nothing held in memory."""

import asyncio
from collections.abc import AsyncIterator
from io import BufferedIOBase

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from whitenoise.responders import Response, SlicedFile, StaticFile

from exports.queries.files import StoredFile

PIECE = 256 * 1024


class _File(StaticFile):  # type: ignore[misc]  # whitenoise publishes no types
    """whitenoise 6.12 refuses a range of a single byte, such as the last one of a broken download."""

    def get_range_response(
        self, range_header: str, base_headers: list[tuple[str, str]], file_handle: BufferedIOBase | None
    ) -> Response:
        size = int(dict(base_headers)["Content-Length"])
        start, end = self.get_byte_range(range_header, size)
        if start != end or not 0 <= start < size:
            return super().get_range_response(range_header, base_headers, file_handle)
        headers = [(name, value) for name, value in base_headers if name != "Content-Length"]
        headers += [("Content-Range", f"bytes {start}-{end}/{size}"), ("Content-Length", "1")]
        return Response(206, headers, SlicedFile(file_handle, start, end) if file_handle else None)


def send(request: Request, file: StoredFile, *, content_type: str) -> HttpResponseBase:
    """200, 206 for a range, 304 for the entity tag that the client has, 416 for a range outside the file."""
    headers = [("Content-Type", content_type), ("ETag", f'"{file.sha256}"'), ("Accept-Ranges", "bytes")]
    headers.append(("Cache-Control", "private, no-cache"))
    asked = dict(request.META)
    # RFC 9110, 13.1.5: a range of another version of the file is no use.
    if asked.get("HTTP_IF_RANGE", f'"{file.sha256}"') != f'"{file.sha256}"':
        asked.pop("HTTP_RANGE", None)
    made = _File(str(file.path), headers).get_response(request.method, asked)
    response = StreamingHttpResponse(_pieces(made.file), status=int(made.status))
    for name, value in made.headers:
        response[name] = value
    return response


async def _pieces(file: BufferedIOBase | None) -> AsyncIterator[bytes]:
    if file is None:
        return
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()
