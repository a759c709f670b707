"""Uploads over the API, without a worker: the test converts where the worker would."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image
from pytest_django import Settings

from feed.engines.ffmpeg import FFmpeg
from feed.jobs.alone import alone
from feed.jobs.convert_media import MOST_ATTEMPTS, SLOT_LOCKS, convert_media, next_waiting, unconverted_media
from feed.models import MediaAttachment
from feed.operations import waiting
from feed.queries.media_meta import media_limits
from tests.feed.images.recordings import animation, film, needs_ffmpeg, silent_film, sound
from tests.feed.images.test_generation_job import files
from tests.feed.images.test_profile_pictures import picture
from tests.feed.people import Caller, client_of, people
from tests.live import database_url

pytestmark = pytest.mark.django_db(transaction=True)
HERE = f"{__name__}."
NOW = timedelta(0)


class NoRecorder(FFmpeg):
    """A server without ffmpeg."""

    def is_there(self) -> bool:
        return False


class KilledError(BaseException):
    """Stands for `kill -9`: nothing in the job may catch it."""


class KilledRecorder(FFmpeg):
    def convert(self, path: Path, *, into: Path, made: Any) -> None:
        into.write_bytes(b"half of it")
        raise KilledError


class BrokenRecorder(FFmpeg):
    def convert(self, path: Path, *, into: Path, made: Any) -> None:
        raise RuntimeError("out of memory")


@pytest.fixture(autouse=True)
def media_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "media", tmp_path / "var"
    return tmp_path


@pytest.fixture
def grace() -> Caller:
    return client_of(people("grace")[0])


def upload(caller: Caller, data: bytes, *, version: int = 2, expect: int = 200, **fields: Any) -> Any:
    parts = {"file": SimpleUploadedFile("file", data), **fields}
    answer: HttpResponse = caller.client.post(f"/api/v{version}/media", data=parts)  # type: ignore[assignment]  # the test client's
    assert answer.status_code == expect, answer.content
    return caller._json(answer, expect)


def test_an_image_has_its_sizes_focus_and_blurred_colours(grace: Caller) -> None:
    made = upload(grace, picture(size=(1200, 800)), description=" red ", focus="-0.5,2")
    assert (made["type"], made["description"]) == ("image", "red")
    assert made["meta"] == {
        "focus": {"x": -0.5, "y": 1.0},
        "original": {"width": 1200, "height": 800, "size": "1200x800", "aspect": 1.5},
        "small": {"width": 640, "height": 427, "size": "640x427", "aspect": 1.498829},
    }
    assert len(made["blurhash"]) == 36


def test_a_preview_of_ones_own_takes_the_place_of_ours(grace: Caller, media_folder: Path) -> None:
    made = upload(grace, picture(size=(1200, 800)))
    before = files(media_folder)
    path = f"/api/v1/media/{made['id']}"
    form = {"thumbnail": SimpleUploadedFile("t", picture("PNG", size=(50, 40), colour="blue")), "focus": "0.1,0.2"}
    answer = grace.client.put(path, *_multipart(form))
    assert answer.status_code == 200, answer.content
    changed = answer.json()
    assert changed["meta"]["small"]["size"] == "50x40"
    assert changed["preview_url"].endswith(".png")
    assert changed["preview_url"] != made["preview_url"] and changed["blurhash"] != made["blurhash"]
    assert (changed["url"], changed["meta"]["focus"]) == (made["url"], {"x": 0.1, "y": 0.2})
    assert len(files(media_folder)) == len(before) == 2
    both = upload(grace, picture(), thumbnail=SimpleUploadedFile("t", picture(size=(30, 20))))
    assert both["meta"]["small"]["size"] == "30x20"


def _multipart(form: dict[str, Any]) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    return encode_multipart(BOUNDARY, form), MULTIPART_CONTENT


@pytest.mark.parametrize("focus", ["left", "1", "1,2,3", "nan,0", ",", "1e999,x"])
def test_a_focus_that_is_none_is_refused(grace: Caller, focus: str) -> None:
    assert "two numbers" in upload(grace, picture(), focus=focus, expect=422)["error"]


def test_an_upload_is_deleted_with_its_files_unless_a_status_has_it(grace: Caller, media_folder: Path) -> None:
    other = client_of(people("eileen")[0])
    first, second = upload(grace, picture()), upload(grace, picture())
    other.send("DELETE", f"/api/v1/media/{first['id']}", expect=404)
    assert grace.send("DELETE", f"/api/v1/media/{first['id']}") == {}
    grace.get(f"/api/v1/media/{first['id']}", expect=404)
    assert len(files(media_folder)) == 2
    grace.post("/api/v1/statuses", status="Look", media_ids=[second["id"]])
    refused = grace.send("DELETE", f"/api/v1/media/{second['id']}", expect=422)
    assert refused["error"] == "Media attachment is currently used by a status"
    grace.get(f"/api/v1/media/{second['id']}", expect=404)
    assert len(files(media_folder)) == 2


@needs_ffmpeg
@pytest.mark.parametrize(
    ("make", "kind", "ending", "has_preview"),
    [
        (film, "video", ".mp4", True),
        (silent_film, "gifv", ".mp4", True),
        (animation, "gifv", ".mp4", True),
        (sound, "audio", ".mp3", False),
    ],
)
def test_what_moves_or_sounds_is_taken_at_once_and_converted_by_a_worker(
    grace: Caller, media_folder: Path, make: Callable[[], bytes], kind: str, ending: str, has_preview: bool
) -> None:
    taken = upload(grace, make(), description="a test", expect=202)
    assert (taken["type"], taken["url"], taken["description"]) == (kind, None, "a test")
    assert bool(taken["preview_url"]) == bool(taken["blurhash"]) == has_preview
    where = f"/api/v1/media/{taken['id']}"
    assert grace.get(where, expect=206) == taken
    hasty = grace.post("/api/v1/statuses", expect=422, status="Look", media_ids=[taken["id"]])
    assert "not finished processing" in hasty["error"]
    assert convert_media(int(taken["id"]))
    ready = grace.get(where)
    assert ready["url"].endswith(ending)
    assert 0 < ready["meta"]["original"]["duration"] < 2
    assert ready["meta"]["length"].startswith("0:00:0")
    if kind != "audio":
        assert ready["meta"]["original"]["frame_rate"]
        assert {"width", "height", "aspect", "size"} <= set(ready["meta"]["small"])
    # What was uploaded is gone, and so is the place where it was converted.
    assert len(files(media_folder)) == (2 if has_preview else 1)
    file = grace.client.get(
        ready["url"].partition("//")[2].partition("/")[2].join(["/", ""]), headers={"Range": "bytes=0-9"}
    )
    assert (file.status_code, len(file.content)) == (206, 10)
    posted = grace.post("/api/v1/statuses", status="Look", media_ids=[taken["id"]])
    assert [one["type"] for one in posted["media_attachments"]] == [kind]


@needs_ffmpeg
def test_a_film_stands_alone(grace: Caller) -> None:
    moving, still = upload(grace, film(), expect=202), upload(grace, picture())
    convert_media(int(moving["id"]))
    refused = grace.post("/api/v1/statuses", expect=422, status="Look", media_ids=[moving["id"], still["id"]])
    assert "video" in refused["error"]


@needs_ffmpeg
def test_a_worker_killed_halfway_loses_nothing_and_leaves_nothing(
    grace: Caller, media_folder: Path, settings: Settings
) -> None:
    media_id = int(upload(grace, film(), expect=202)["id"])
    settings.RECORDING_ENGINE = HERE + "KilledRecorder"
    with pytest.raises(KilledError):
        convert_media(media_id)
    assert MediaAttachment.objects.get().state == "processing"
    assert unconverted_media() == []
    assert unconverted_media(quiet_for=NOW) == [media_id]
    settings.RECORDING_ENGINE = "feed.engines.ffmpeg.FFmpeg"
    assert convert_media(media_id)
    assert (MediaAttachment.objects.get().state, MediaAttachment.objects.get().attempts) == ("ready", 2)
    assert convert_media(media_id)
    assert MediaAttachment.objects.get().attempts == 2
    assert len(files(media_folder)) == 2


@needs_ffmpeg
@pytest.mark.parametrize("recorder", ["KilledRecorder", "BrokenRecorder"])
def test_a_file_that_breaks_each_attempt_fails_with_a_sentence(
    grace: Caller, media_folder: Path, settings: Settings, recorder: str
) -> None:
    media_id = upload(grace, film(), expect=202)["id"]
    settings.RECORDING_ENGINE = HERE + recorder
    for _ in range(MOST_ATTEMPTS + 1):
        try:
            convert_media(int(media_id))
        except KilledError:
            continue
    assert "3 attempts" in grace.get(f"/api/v1/media/{media_id}", expect=422)["error"]
    assert "processed" in grace.post("/api/v1/statuses", expect=422, status="x", media_ids=[media_id])["error"]
    assert unconverted_media(quiet_for=NOW) == []
    # The preview stays until it is deleted.
    assert len(files(media_folder)) == 1
    grace.send("DELETE", f"/api/v1/media/{media_id}")
    assert files(media_folder) == []


@needs_ffmpeg
def test_no_more_is_converted_at_once_than_there_are_slots(grace: Caller) -> None:
    first, second = (int(upload(grace, sound(), expect=202)["id"]) for _ in range(2))
    assert next_waiting() == first
    with psycopg.connect(database_url()) as other:
        other.execute("select pg_try_advisory_lock(%s)", [0 ^ (SLOT_LOCKS << 20)])
        assert not convert_media(second)
        assert MediaAttachment.objects.get(pk=second).state == "waiting"
        # A closed connection's locks go when the server has noticed, which may be later than the next line.
        other.execute("select pg_advisory_unlock_all()")
    with alone(SLOT_LOCKS, 0) as free:
        assert free
    assert convert_media(second)


@needs_ffmpeg
def test_an_upload_deleted_while_it_waits_leaves_no_file(grace: Caller, media_folder: Path) -> None:
    media_id = upload(grace, sound(), expect=202)["id"]
    grace.send("DELETE", f"/api/v1/media/{media_id}")
    assert convert_media(int(media_id))
    assert files(media_folder) == []


@needs_ffmpeg
def test_the_first_version_waits_for_the_worker_and_no_longer_than_clients_do(
    grace: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> None:
        convert_media(MediaAttachment.objects.get(state="waiting").pk)

    with monkeypatch.context() as worked:
        worked.setattr(waiting, "pause", work)
        assert upload(grace, film(), version=1)["url"].endswith(".mp4")
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0)
    assert upload(grace, film(), version=1, expect=202)["url"] is None


def test_a_server_without_ffmpeg_takes_still_images_and_says_so(grace: Caller, settings: Settings) -> None:
    settings.RECORDING_ENGINE = HERE + "NoRecorder"
    for data in (b"\x1aE\xdf\xa3 a film", animation()):
        assert "still images only" in upload(grace, data, expect=422)["error"]
    assert upload(grace, picture())["type"] == "image"
    limits = media_limits()
    assert "video/mp4" not in limits["supported_mime_types"] and limits["video_size_limit"] == 0


def test_animations_but_gif_are_refused(grace: Caller) -> None:
    out = io.BytesIO()
    pair = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    pair[0].save(out, "WEBP", save_all=True, append_images=pair[1:])
    assert "Animated" in upload(grace, out.getvalue(), expect=422)["error"]


@needs_ffmpeg
def test_what_cannot_be_read_is_refused_and_leaves_no_file(grace: Caller, media_folder: Path) -> None:
    for data in (b"text", b"", b"\x1aE\xdf\xa3" + bytes(500), b"0" * 40_000_001, b"GIF89a" + bytes(50)):
        assert len(upload(grace, data, expect=422)["error"]) > 10
    assert files(media_folder) == []
    assert not default_storage.exists("incoming")
