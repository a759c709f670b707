"""Whether a picture shows a face. Nothing is measured on the face, compared or kept: only yes or no leaves this module."""

from django.conf import settings

from identity.engines.images import ImageLimits, ImageRefused, decode
from identity.queries.readiness import face_engines

# Stored renditions, not frames of a camera: as large as uploads are taken, and small drawings too.
PICTURES = ImageLimits(max_bytes=64 * 1024 * 1024, max_pixels=40_000_000, max_side=8192, min_side=1)


def face_finder() -> str:
    """What looks for faces, by name: with another one, another answer is possible for every picture."""
    return str(settings.FACE_ENGINES)


def shows_a_face(picture: bytes) -> bool:
    """Whether the house's face detector finds a face in a JPEG, PNG or WebP file; True also where it cannot look.

    What it misses: faces turned away or covered, and those under some 10 pixels once the picture is 640 pixels long.
    """
    try:
        pixels = decode(picture, limits=PICTURES)
    except ImageRefused:
        return True
    return bool(face_engines().detector.detect(pixels))
