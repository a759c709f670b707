"""Film and sound through ffmpeg: what is read, what comes out, and what no file can make it do."""

import http.server
import threading
from pathlib import Path

import pytest

from feed.engines import ffmpeg, recordings
from feed.engines.ffmpeg import FFmpeg
from feed.engines.recordings import RecordingRefusedError
from tests.feed.images.recordings import PICTURE, animation, film, made, needs_ffmpeg, silent_film, sound

pytestmark = needs_ffmpeg


def put(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "expected", "result"),
    [
        (film, ("film", "video/webm", 320, 200), ("film", "video/mp4", 320, 200)),
        (silent_film, ("silent film", "video/webm", 320, 200), ("silent film", "video/mp4", 320, 200)),
        (sound, ("sound", "audio/mpeg", 0, 0), ("sound", "audio/mpeg", 0, 0)),
        (animation, ("silent film", "image/gif", 65, 33), ("silent film", "video/mp4", 64, 32)),
    ],
    ids=["film", "silent film", "sound", "animation"],
)
def test_what_is_read_comes_out_as_mp4_or_mp3_without_metadata(
    tmp_path: Path, data: object, expected: tuple[object, ...], result: tuple[object, ...]
) -> None:
    path, into = put(tmp_path, data()), tmp_path / "result"  # type: ignore[operator]  # one of the makers above
    seen = FFmpeg().examine(path)
    assert (seen.made, seen.content_type, seen.width, seen.height) == expected
    into = into.with_suffix("." + recordings.ENDINGS[seen.made])
    FFmpeg().convert(path, into=into, made=seen.made)
    after = FFmpeg().examine(into)
    assert (after.made, after.content_type, after.width, after.height) == result
    assert 0 < after.seconds < 2
    assert b"Somebody" not in into.read_bytes() and b"+52.5" not in into.read_bytes()
    if seen.has_picture:
        assert FFmpeg().frame(path).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "data",
    [b"just text", b"", b"\x1aE\xdf\xa3" + b"\x01" * 200, b"\0" * 5000, b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n"],
    ids=["text", "nothing", "a beginning", "zeros", "playlist"],
)
def test_what_is_no_film_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RecordingRefusedError):
        FFmpeg().examine(put(tmp_path, data))


def test_no_file_makes_it_read_another_or_call_the_network(tmp_path: Path) -> None:
    calls: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

    secret = tmp_path / "secret.mkv"
    secret.write_bytes(film())
    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/segment.ts"
        playlists = (
            f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n{address}\n#EXT-X-ENDLIST\n",
            f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile://{secret}\n#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile {secret}\n",
            f'<?xml version="1.0"?><MPD><Period><BaseURL>{address}</BaseURL></Period></MPD>',
        )
        for text in playlists:
            for ending in ("m3u8", "mp4"):
                path = tmp_path / f"hostile.{ending}"
                path.write_text(text)
                with pytest.raises(RecordingRefusedError):
                    FFmpeg().examine(path)
                with pytest.raises(RecordingRefusedError):
                    FFmpeg().convert(path, into=tmp_path / "out.mp4", made="film")
        server.shutdown()
    assert calls == []


def test_what_is_too_long_too_large_or_too_fast_is_refused_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RecordingRefusedError, match="at most 8294400 pixels") as refused:
        wide = ("-f", "lavfi", "-i", "color=size=4096x2160:duration=0.1:rate=10")
        FFmpeg().examine(put(tmp_path, made(*wide, "-c:v", "libx264", "-preset", "ultrafast", "-f", "matroska")))
    assert refused.value.limit == recordings.MOST_FILM_PIXELS
    with pytest.raises(RecordingRefusedError, match="at most 120 frames a second"):
        fast = ("-f", "lavfi", "-i", "color=size=64x64:duration=0.5:rate=200")
        FFmpeg().examine(put(tmp_path, made(*fast, "-c:v", "libx264", "-preset", "ultrafast", "-f", "matroska")))
    monkeypatch.setattr(ffmpeg, "LONGEST_SOUND_SECONDS", 0.5)
    with pytest.raises(RecordingRefusedError, match="lasts at most"):
        FFmpeg().examine(put(tmp_path, sound()))
    # A stream need not say how long it is: then it is cut.
    monkeypatch.setattr(ffmpeg, "LONGEST_FILM_SECONDS", 0.5)
    FFmpeg().convert(put(tmp_path, film()), into=tmp_path / "out.mp4", made="film")
    monkeypatch.undo()
    assert FFmpeg().examine(tmp_path / "out.mp4").seconds < 0.8


def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "CONVERTED_WITHIN_SECONDS", 0)
    with pytest.raises(RecordingRefusedError, match=r"took more than 0 seconds|damaged"):
        FFmpeg().convert(put(tmp_path, film()), into=tmp_path / "out.mp4", made="film")


def test_a_films_preview_is_upright(tmp_path: Path) -> None:
    turned = made(*PICTURE, "-c:v", "libx264", "-preset", "ultrafast", "-vf", "transpose=1", "-f", "matroska")
    seen = FFmpeg().examine(put(tmp_path, turned))
    assert (seen.width, seen.height) == (200, 320)
