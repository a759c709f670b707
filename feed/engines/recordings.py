"""The port for film and sound, and the bounds under which any engine takes them; `settings.RECORDING_ENGINE` names one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

# Below the size of a request that is held in memory (FILE_UPLOAD_MAX_MEMORY_SIZE), with room for the other parts.
LARGEST_RECORDING = 40_000_000
# Mastodon's own matrix and frame rate: 3840 x 2160 pixels, 120 frames a second.
MOST_FILM_PIXELS = 8_294_400
MOST_FRAMES_A_SECOND = 120
LONGEST_FILM_SECONDS = 600
LONGEST_SOUND_SECONDS = 3600
RECORDING_TYPES = (
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
    "audio/flac",
    "audio/aac",
    "audio/webm",
)
Made = Literal["film", "silent film", "sound"]
CONTENT_TYPES: dict[Made, str] = {"film": "video/mp4", "silent film": "video/mp4", "sound": "audio/mpeg"}
ENDINGS: dict[Made, str] = {"film": "mp4", "silent film": "mp4", "sound": "mp3"}


class RecordingRefusedError(Exception):
    """The file cannot be taken; its text is a sentence for the person, `limit` the bound that it passed."""

    def __init__(self, sentence: str, *, limit: int | None = None) -> None:
        super().__init__(sentence)
        self.limit = limit


@dataclass(frozen=True)
class Recording:
    """What a file holds. Pixels of the upright picture (0 without one), seconds (0 where the file does not say)."""

    made: Made
    content_type: str
    width: int
    height: int
    seconds: float
    # As a fraction, such as "30000/1001"; empty for sound.
    frame_rate: str
    # Bits a second; 0 where unknown.
    bit_rate: int
    # A frame, or the cover that a sound carries.
    has_picture: bool


class RecordingEngine(Protocol):
    """Reads and converts film and sound; nothing that a file says may make it reach for another file or the network."""

    def is_there(self) -> bool:
        """Whether the program that does the work is installed."""
        ...

    def examine(self, path: Path) -> Recording:
        """What the file holds, within the bounds above. Raises RecordingRefusedError."""
        ...

    def frame(self, path: Path) -> bytes:
        """The first frame, or the cover, as PNG, fitted into 1280 x 1280 pixels. Raises RecordingRefusedError."""
        ...

    def convert(self, path: Path, *, into: Path, made: Made) -> None:
        """Write anew, without metadata: MP4 (H.264, AAC) or MP3. Raises RecordingRefusedError."""
        ...
