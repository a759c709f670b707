"""Avatars and headers: what is stored of an uploaded picture, and under which bounds."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from common.problems import Problem, TooMany
from feed.engines.profile_pictures import HEADER_SIZE, LARGEST_PROFILE_PICTURE, profile_picture
from feed.operations.profile_pictures import remove_profile_picture, store_avatar, store_header
from feed.queries.profile_pictures import still_path


@pytest.fixture(autouse=True)
def media_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (120, 80), colour: str = "red", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def animation(frames: int = 3, size: tuple[int, int] = (64, 64)) -> bytes:
    pictures = [Image.new("RGB", size, (index * 7 % 256, 0, 90)) for index in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=70)
    return out.getvalue()


def stored(path: str) -> Image.Image:
    with default_storage.open(path) as file:
        return Image.open(io.BytesIO(file.read()))


def test_an_avatar_and_a_header_are_cut_to_their_size_and_lose_their_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Somebody"
    avatar = store_avatar(account_id=1, file=io.BytesIO(picture(exif=exif)))
    header = store_header(account_id=1, file=io.BytesIO(picture("PNG", size=(1600, 1600))))
    assert stored(avatar).size == (400, 400)
    assert stored(header).size == (1500, 500)
    assert still_path(avatar) == avatar
    with default_storage.open(avatar) as file:
        assert b"Somebody" not in file.read()


def test_an_animated_avatar_keeps_moving_and_has_a_still_beside_it(media_folder: Path) -> None:
    path = store_avatar(account_id=1, file=io.BytesIO(animation()))
    moving, still = stored(path), stored(still_path(path))
    assert (moving.size, moving.n_frames, moving.info["duration"]) == ((400, 400), 3, 70)  # type: ignore[attr-defined]  # a GIF's
    assert (still.size, still.format) == ((400, 400), "PNG")
    remove_profile_picture(path)
    assert [found for found in media_folder.rglob("*") if found.is_file()] == []


def test_an_animation_beyond_the_bounds_stands_still() -> None:
    made = profile_picture(animation(frames=40), size=HEADER_SIZE)
    assert (made.shown.content_type, made.still) == ("image/jpeg", None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no picture", "not a JPEG"),
        (picture()[:200], "damaged|not a JPEG"),
        (animation()[:-300], "damaged"),
        (b"\0" * (LARGEST_PROFILE_PICTURE + 1), "at most 8 MB"),
    ],
    ids=["text", "cut", "cut animation", "heavy"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Problem, match=sentence) as refused:
        store_header(account_id=1, file=io.BytesIO(data))
    assert refused.value.field == "header"


def test_pictures_of_profiles_count_as_uploads(settings: Settings) -> None:
    settings.UPLOADS_PER_HOUR = 1
    store_avatar(account_id=1, file=io.BytesIO(picture()))
    with pytest.raises(TooMany):
        store_avatar(account_id=1, file=io.BytesIO(picture()))


def test_a_stored_picture_is_served_whole_or_in_ranges_without_a_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    path = store_avatar(account_id=1, file=io.BytesIO(picture()))
    with default_storage.open(path) as file:
        data = file.read()
    with django_assert_num_queries(0):
        whole = client.get(f"/media/{path}")
    assert (whole.status_code, whole.content, whole["Content-Type"]) == (200, data, "image/jpeg")
    assert whole["Content-Length"] == str(len(data))

    def part(value: str, **more: str) -> tuple[int, bytes, str]:
        answer = client.get(f"/media/{path}", headers={"Range": value, **more})
        return answer.status_code, answer.content, answer.headers.get("Content-Range", "")

    size = len(data)
    assert part("bytes=0-99") == (206, data[:100], f"bytes 0-99/{size}")
    assert part("bytes=100-") == (206, data[100:], f"bytes 100-{size - 1}/{size}")
    assert part("bytes=-10") == (206, data[-10:], f"bytes {size - 10}-{size - 1}/{size}")
    assert part("bytes=0-999999999999") == (206, data, f"bytes 0-{size - 1}/{size}")
    assert part(f"bytes={size}-") == (416, b"", f"bytes */{size}")
    assert part("bytes=9-3") == part("bytes=-") == part("lines=1-2") == part("bytes=0-1,4-5") == (200, data, "")
    assert part("bytes=0-99", **{"If-Range": '"another"'}) == (200, data, "")
    assert part("bytes=0-99", **{"If-Range": whole["ETag"]})[0] == 206
