"""Films, sounds and animations to upload, made by ffmpeg itself; the tests that need it are skipped without it."""

import io
import os
import shutil
import subprocess
from functools import lru_cache

import pytest
from PIL import Image

needs_ffmpeg = pytest.mark.skipif(
    not (shutil.which("ffmpeg") and shutil.which("ffprobe")) and not os.environ.get("CI"),
    reason="ffmpeg is absent: it converts the films of this test (apt-get install ffmpeg)",
)
PICTURE = ("-f", "lavfi", "-i", "testsrc=duration=1:size=320x200:rate=10")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration=1")


@lru_cache
def made(*arguments: str) -> bytes:
    """What ffmpeg writes for these arguments, to standard output."""
    command = ["ffmpeg", "-nostdin", "-v", "error", *arguments, "pipe:1"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def film(ending: str = "matroska", *, seconds: int = 1) -> bytes:
    """A film with a tone, and somebody's name and place in its metadata."""
    told = ("-metadata", "title=Somebody", "-metadata", "location=+52.5+013.4/")
    picture = (*PICTURE[:3], PICTURE[3].replace("duration=1", f"duration={seconds}"))
    return made(*picture, *TONE, *told, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-f", ending)


def silent_film() -> bytes:
    """A film without a tone."""
    return made(*PICTURE, "-c:v", "libx264", "-preset", "ultrafast", "-f", "matroska")


def sound(ending: str = "mp3") -> bytes:
    """A tone of a second."""
    return made(*TONE, "-metadata", "title=Somebody", "-f", ending)


def animation(frames: int = 3) -> bytes:
    """A moving GIF; its size is odd on purpose."""
    pictures = [Image.new("RGB", (65, 33), (index * 80, 0, 90)) for index in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=200)
    return out.getvalue()
