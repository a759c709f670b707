"""Whether a picture shows a face: the only thing that others learn from the house's face detector."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from identity.queries.faces import shows_a_face


def encoded(picture: Image.Image, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def landscape() -> Image.Image:
    rows, columns = np.mgrid[0:480, 0:640]
    return Image.fromarray(np.stack([rows // 2, columns // 3, (rows + columns) // 5], axis=-1).astype(np.uint8))


def test_a_photograph_of_somebody_shows_a_face_and_a_landscape_shows_none(faces: Path) -> None:
    photograph = Image.open(sorted(faces.rglob("*.jpg"))[0]).convert("RGB")
    assert shows_a_face(encoded(photograph))
    assert not shows_a_face(encoded(landscape()))
    beside = landscape().resize((1600, 1200))
    beside.paste(photograph.resize((240, int(240 * photograph.height / photograph.width))), (1100, 300))
    assert shows_a_face(encoded(beside, "PNG"))


def test_where_nobody_can_look_a_face_is_assumed() -> None:
    assert shows_a_face(b"")
    assert shows_a_face(b"no picture at all")
    assert shows_a_face(encoded(landscape())[:2000])
