"""The stored files themselves, whole or a range of their bytes, as players of video ask for them."""

import re
from collections.abc import AsyncIterator
from pathlib import PurePosixPath

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import quote_etag
from django.views import View as PlainView

from common.problems import NotFound
from feed.queries.images import file_tag

CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
}
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
PIECE = 256 * 1024
# More than this leaves in pieces, so that a film is never whole in memory.
WHOLE = 4 * PIECE


class MediaFile(PlainView):
    """GET /media/...: a stored file, under a name that nobody can guess.

    No script, no guessing of types, no framing: a file that a person chose must never act as a page of ours.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, path: str) -> HttpResponseBase:
        try:
            etag = quote_etag(file_tag(path))
            size = default_storage.size(path)
        except (NotFound, FileNotFoundError):
            return HttpResponse("There is no such file.", status=404, content_type="text/plain; charset=utf-8")
        if request.headers.get("If-None-Match") == etag:
            return _with_headers(HttpResponse(status=304), path, etag)
        wanted = request.headers.get("Range") if request.headers.get("If-Range") in (None, etag) else None
        span = _span(wanted, size) if wanted else None
        if span == (0, 0):
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{size}"
            return _with_headers(refused, path, etag)
        start, end = span or (0, size)
        response = _response(path, start, end)
        response["Content-Length"] = str(end - start)
        if span:
            response.status_code = 206
            response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return _with_headers(response, path, etag)


def _span(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; (0, 0) where the file has none of them, None for what is no single range."""
    found = RANGE.fullmatch(header.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else (0, 0)
    start, end = int(first), min(size, int(last) + 1) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else (0, 0)


def _response(path: str, start: int, end: int) -> HttpResponseBase:
    if end - start > WHOLE:
        return StreamingHttpResponse(_pieces(path, start, end))
    with default_storage.open(path) as file:
        file.seek(start)
        return HttpResponse(file.read(end - start))


async def _pieces(path: str, start: int, end: int) -> AsyncIterator[bytes]:
    file = await sync_to_async(default_storage.open)(path)
    try:
        await sync_to_async(file.seek)(start)
        left = end - start
        while left > 0 and (piece := await sync_to_async(file.read)(min(PIECE, left))):
            left -= len(piece)
            yield piece
    finally:
        await sync_to_async(file.close)()


def _with_headers(response: HttpResponseBase, path: str, etag: str) -> HttpResponseBase:
    response["Content-Type"] = CONTENT_TYPES[PurePosixPath(path).suffix]
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    # The bytes never change; a day bounds how long a cache shows what was deleted or withheld.
    response["Cache-Control"] = "public, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Disposition"] = "inline"
    return response
