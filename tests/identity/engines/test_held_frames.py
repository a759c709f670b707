"""Frames held for a reviewer: the pixels alone, and sealed to their case and place."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from identity.engines.held_frames import LONGEST_SIDE, FrameDamaged, as_jpeg, key_info, seal, unseal
from identity.engines.images import decode


def test_nothing_that_the_camera_added_is_held() -> None:
    picture = Image.fromarray(np.full((900, 1280, 3), 128, np.uint8))
    exif = picture.getexif()
    exif[0x010F] = "A maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif, comment=b"taken at home")
    assert b"A maker of cameras" in buffer.getvalue()
    held = as_jpeg(decode(buffer.getvalue()))
    with Image.open(io.BytesIO(held)) as opened:
        assert (opened.format, max(opened.size)) == ("JPEG", LONGEST_SIDE)
        assert not opened.getexif()
    assert b"taken at home" not in held
    assert b"A maker of cameras" not in held


@pytest.mark.parametrize("change", ["key", "case", "number", "bytes"])
def test_a_frame_opens_only_where_it_was_sealed(change: str) -> None:
    key, frame = os.urandom(32), os.urandom(500)
    sealed = seal(frame, key, case_id=7, number=1)
    assert unseal(sealed, key, case_id=7, number=1) == frame
    assert frame[:16] not in sealed
    assert seal(frame, key, case_id=7, number=1) != sealed
    with pytest.raises(FrameDamaged):
        unseal(
            sealed[:-1] + bytes([sealed[-1] ^ 1]) if change == "bytes" else sealed,
            os.urandom(32) if change == "key" else key,
            case_id=8 if change == "case" else 7,
            number=2 if change == "number" else 1,
        )


def test_each_case_has_a_key_of_its_own() -> None:
    assert key_info(os.urandom(32)) != key_info(os.urandom(32))
