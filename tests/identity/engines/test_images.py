"""What a client may send as a frame, and what it is told otherwise."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFile

from identity.engines.images import ImageLimits, ImageRefused, decode
from identity.engines.ports import Engines, Image


def encoded(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plain(width: int = 320, height: int = 240, mode: str = "RGB") -> Pillow.Image:
    ramp = np.linspace(0, 255, width * height * 3).reshape(height, width, 3).astype(np.uint8)
    return Pillow.fromarray(ramp).convert(mode)


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header promises many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_that_is_promised_is_read(kind: str) -> None:
    assert decode(encoded(plain(), kind)).shape == (240, 320, 3)


REFUSED = {
    "nothing": (b"", "image_empty"),
    "a text named .jpg": (b"I am not a photograph.\n" * 50, "image_kind"),
    "a GIF": (encoded(plain(), "GIF"), "image_kind"),
    "a TIFF": (encoded(plain(), "TIFF"), "image_kind"),
    "a JPEG's first bytes and then garbage": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "image_damaged"),
    "a truncated JPEG": (encoded(plain(), "JPEG")[:-2000], "image_damaged"),
    "a truncated PNG": (encoded(plain(), "PNG")[:-900], "image_damaged"),
    "a truncated WebP": (encoded(plain(), "WEBP", lossless=True)[:-40], "image_damaged"),
    "one pixel": (encoded(plain(1, 1), "PNG"), "image_too_small"),
    "20,000 pixels wide": (encoded(plain(20_000, 200), "PNG"), "image_too_wide"),
    "many pixels": (encoded(plain(6000, 5000), "JPEG"), "image_too_many_pixels"),
    "a header that promises a gigapixel": (png_that_claims(8000, 8000), "image_too_many_pixels"),
    "a decompression bomb": (png_that_claims(60_000, 60_000), "image_too_many_pixels"),
    "too many bytes": (bytes(5 * 1024 * 1024), "image_too_large"),
    "an animated WebP": (
        encoded(plain(), "WEBP", save_all=True, append_images=[plain().rotate(90)]),
        "image_animated",
    ),
    "an animated PNG": (
        encoded(plain(), "PNG", save_all=True, append_images=[plain().rotate(90)]),
        "image_animated",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_in_words(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(ImageRefused) as refusal:
        decode(data)
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")


def test_a_jpeg_of_a_thousand_scans_is_refused_before_it_costs_anything() -> None:
    data = encoded(plain(), "JPEG", progressive=True)
    scan = data.index(b"\xff\xda")
    with pytest.raises(ImageRefused, match="scans"):
        decode(data[:scan] + data[scan:-2] * 1000 + b"\xff\xd9")


def test_the_limit_that_was_crossed_is_named() -> None:
    with pytest.raises(ImageRefused) as refusal:
        decode(encoded(plain(400, 300), "PNG"), limits=ImageLimits(max_side=300))
    assert refusal.value.limit == 300
    assert "300" in refusal.value.sentence


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        picture = Pillow.fromarray(np.linspace(0, 65535, 320 * 240).reshape(240, 320).astype(np.uint16))
    elif mode == "LA":
        picture = plain().convert("L").convert("LA")
    else:
        picture = plain().convert(mode)
    pixels = decode(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"))
    assert pixels.shape == (240, 320, 3)
    assert pixels.dtype == np.uint8
    assert pixels[:40].mean() + 60 < pixels[-40:].mean()


def test_what_is_transparent_becomes_white() -> None:
    clear = Pillow.new("RGBA", (320, 240), (200, 0, 0, 0))
    assert (decode(encoded(clear, "PNG")) == 255).all()


@pytest.mark.parametrize("width", [320, 3200])
def test_a_photograph_taken_sideways_is_set_upright(width: int) -> None:
    picture = Pillow.new("RGB", (width, width * 3 // 4), "black")
    picture.paste("white", (0, 0, width, width // 8))
    exif = Pillow.Exif()
    exif[0x0112] = 6  # the top of the picture lies at its right
    pixels = decode(encoded(picture, "JPEG", exif=exif.tobytes()))
    assert pixels.shape[0] > pixels.shape[1]
    assert pixels[:, -20:].mean() > 200
    assert pixels[:, :20].mean() < 50


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photograph_is_shrunk_to_the_working_size(kind: str) -> None:
    assert decode(encoded(plain(4000, 3000), kind)).shape == (960, 1280, 3)


def test_truncated_images_stay_refused_after_the_second_opinion_has_been_loaded(engines: Engines, grace: Image) -> None:
    """Importing face_recognition tells Pillow to accept them, for the whole process."""
    face = engines.detector.detect(grace)[0]
    engines.second_opinion.embed(grace, face)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    with pytest.raises(ImageRefused):
        decode(encoded(plain(), "JPEG")[:-2000])
