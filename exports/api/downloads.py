"""Send a file in pieces: nothing is held in memory, and nothing leaves that is not noted."""

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from exports.api.parts import Part, asked_part
from exports.models import Recipient, Release
from exports.operations.downloads import note_download
from exports.queries.files import StoredFile

PIECE = 256 * 1024


def send(
    request: Request, file: StoredFile, *, recipient: Recipient, release: Release, path: str, content_type: str
) -> HttpResponseBase:
    """The file or the part of it that was asked for. Raises TooMany once the recipient's day is used up."""
    tag, size = f'"{file.sha256}"', file.size
    part = asked_part(request.headers, size=size, tag=tag)
    with_body = request.method != "HEAD"
    note_download(
        recipient=recipient, release=release, path=path, status=part.status, size=part.length if with_body else 0
    )
    response: HttpResponseBase
    if with_body and part.length:
        response = StreamingHttpResponse(_pieces(file, part), status=part.status)
    else:
        response = HttpResponse(status=part.status)
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    if part.status in {200, 206}:
        response["Content-Type"] = content_type
        response["Content-Length"] = str(part.length)
    if part.status == 206:
        response["Content-Range"] = f"bytes {part.start}-{part.start + part.length - 1}/{size}"
    elif part.status == 416:
        response["Content-Range"] = f"bytes */{size}"
    return response


async def _pieces(stored: StoredFile, part: Part) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(stored.open)
    try:
        await asyncio.to_thread(file.seek, part.start)
        left = part.length
        while left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
            left -= len(piece)
            yield piece
    finally:
        file.close()
