"""Send a file in pieces: ranges, entity tags, nothing held in memory."""

import asyncio
from collections.abc import AsyncIterator
from io import BufferedIOBase

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from whitenoise.responders import StaticFile

from exports.queries.files import StoredFile

PIECE = 256 * 1024


def send(request: Request, file: StoredFile, *, content_type: str) -> HttpResponseBase:
    """200, 206 for a range, 304 for the entity tag that the client has, 416 for a range outside the file."""
    headers = [("Content-Type", content_type), ("ETag", f'"{file.sha256}"'), ("Accept-Ranges", "bytes")]
    headers.append(("Cache-Control", "private, no-cache"))
    asked = dict(request.META)
    # RFC 9110, 13.1.5: a range of another version of the file is no use.
    if asked.get("HTTP_IF_RANGE", f'"{file.sha256}"') != f'"{file.sha256}"':
        asked.pop("HTTP_RANGE", None)
    made = StaticFile(str(file.path), headers).get_response(request.method, asked)
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
