"""Film and sound through the programs ffmpeg and ffprobe, in a process of their own with bounds on everything.

No network: of ffmpeg's protocols only `file` and `pipe` are allowed, and of its formats only such as name no other file
(no playlists). CPU time, memory, written bytes and wall time are limited; one thread each.
"""

import json
import resource
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

from feed.engines.recordings import (
    CONTENT_TYPES,
    LONGEST_FILM_SECONDS,
    LONGEST_SOUND_SECONDS,
    MOST_FILM_PIXELS,
    MOST_FRAMES_A_SECOND,
    Made,
    Recording,
    RecordingRefusedError,
)

# ffmpeg's names of the containers that are read, with the media type of what came in.
FORMATS = {
    "mov": "video/mp4",
    "matroska": "video/webm",
    "gif": "image/gif",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
}
READING = ("-protocol_whitelist", "file,pipe", "-format_whitelist", ",".join((*FORMATS, "mp4", "webm")))
NO_METADATA = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-sn", "-dn")
SIDE = 1280
# Never larger, both sides even as H.264 needs them; iw and ih are those of the upright picture.
FITTED = f"scale=w='max(2,trunc(iw*min(1,{SIDE}/max(iw,ih))/2)*2)':h='max(2,trunc(ih*min(1,{SIDE}/max(iw,ih))/2)*2)'"
LOOKED_AT_WITHIN_SECONDS = 15
# Below the time limit of a Celery task (600 s), with room for all that is round it.
CONVERTED_WITHIN_SECONDS = 480
MOST_MEMORY = 3 * 2**30
MOST_WRITTEN = 200 * 2**20
UNREADABLE = "The file is no image, film or sound that can be taken, or is damaged."


class FFmpeg:
    """The two programs as they are found on the path."""

    def is_there(self) -> bool:
        return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))

    def examine(self, path: Path) -> Recording:
        command = ["ffprobe", "-v", "error", *READING, "-show_format", "-show_streams", "-of", "json", f"file:{path}"]
        try:
            seen: dict[str, Any] = json.loads(_run(command, seconds=LOOKED_AT_WITHIN_SECONDS))
        except ValueError as error:
            raise RecordingRefusedError(UNREADABLE) from error
        streams: list[dict[str, Any]] = seen.get("streams") or []
        container: dict[str, Any] = seen.get("format") or {}
        film = next((one for one in streams if one.get("codec_type") == "video" and not _is_cover(one)), None)
        sound = next((one for one in streams if one.get("codec_type") == "audio"), None)
        cover = next((one for one in streams if _is_cover(one)), None)
        if film is None and sound is None:
            raise RecordingRefusedError(UNREADABLE)
        made: Made = "sound" if film is None else "film" if sound else "silent film"
        seconds = max(_number(container.get("duration")), *(_number(one.get("duration")) for one in streams))
        width, height = _upright(film) if film else (0, 0)
        rate = str((film or {}).get("avg_frame_rate") or "")
        _refuse_too_much(made, seconds=seconds, width=width, height=height, rate=_fraction(rate))
        return Recording(
            made=made,
            content_type=FORMATS.get(str(container.get("format_name", "")).partition(",")[0], CONTENT_TYPES[made]),
            width=width,
            height=height,
            seconds=seconds,
            frame_rate=rate if film and _fraction(rate) else "",
            bit_rate=int(_number(container.get("bit_rate"))),
            has_picture=bool(film or cover),
        )

    def frame(self, path: Path) -> bytes:
        picture = ["-map", "0:v:0", "-frames:v", "1", "-vf", FITTED, "-f", "image2pipe", "-c:v", "png", "pipe:1"]
        made = _run([*_reading(path), *picture], seconds=LOOKED_AT_WITHIN_SECONDS)
        if not made:
            raise RecordingRefusedError(UNREADABLE)
        return made

    def convert(self, path: Path, *, into: Path, made: Made) -> None:
        longest = LONGEST_SOUND_SECONDS if made == "sound" else LONGEST_FILM_SECONDS
        command = [*_reading(path), "-t", str(longest), *NO_METADATA, "-threads", "1"]
        if made == "sound":
            command += ["-map", "0:a:0", "-ac", "2", "-c:a", "libmp3lame", "-q:a", "2", "-id3v2_version", "0"]
        else:
            # A capital V leaves covers out.
            command += ["-map", "0:V:0", "-vf", FITTED, "-fpsmax", "60", "-flags:v", "+bitexact"]
            command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"]
            command += ["-maxrate", "1300k", "-bufsize", "2600k", "-movflags", "+faststart"]
            if made == "film":
                command += ["-map", "0:a:0", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-flags:a", "+bitexact"]
        _run([*command, "-y", f"file:{into}"], seconds=CONVERTED_WITHIN_SECONDS)
        if not into.is_file() or not into.stat().st_size:
            raise RecordingRefusedError(UNREADABLE)


def _reading(path: Path) -> list[str]:
    bounds = ["-max_pixels", str(MOST_FILM_PIXELS), "-threads", "1", "-filter_threads", "1"]
    return ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error", *READING, *bounds, "-i", f"file:{path}"]


def _run(command: list[str], *, seconds: int) -> bytes:
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        _limit(process.pid, seconds)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise RecordingRefusedError(
                f"Converting the file took more than {seconds} seconds; send a shorter or smaller one.", limit=seconds
            ) from error
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RecordingRefusedError(UNREADABLE)
    return output


def _limit(process_id: int, seconds: int) -> None:
    """Linux alone can limit a process from outside; elsewhere the wall time is the bound."""
    if not hasattr(resource, "prlimit"):
        return
    bounds = ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_FSIZE, MOST_WRITTEN))
    for kind, bound in bounds:
        try:
            resource.prlimit(process_id, kind, (bound, bound))
        except (ProcessLookupError, PermissionError, ValueError):
            # It has ended already, or a lower limit is in force.
            continue


def _is_cover(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and bool((stream.get("disposition") or {}).get("attached_pic"))


def _upright(stream: dict[str, Any]) -> tuple[int, int]:
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    turned = sum(int(_number(one.get("rotation"))) for one in stream.get("side_data_list") or [])
    return (height, width) if turned % 180 else (width, height)


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if 0 <= abs(number) < 1e12 else 0.0


def _fraction(rate: str) -> float:
    try:
        return float(Fraction(rate))
    except (ValueError, ZeroDivisionError):
        return 0.0


def _refuse_too_much(made: Made, *, seconds: float, width: int, height: int, rate: float) -> None:
    longest = LONGEST_SOUND_SECONDS if made == "sound" else LONGEST_FILM_SECONDS
    if seconds > longest:
        raise RecordingRefusedError(
            f"A {'sound' if made == 'sound' else 'film'} lasts at most {longest} seconds; this one lasts {round(seconds)}.",
            limit=longest,
        )
    if made != "sound" and not (width and height):
        raise RecordingRefusedError(UNREADABLE)
    if width * height > MOST_FILM_PIXELS:
        raise RecordingRefusedError(
            f"A film has at most {MOST_FILM_PIXELS} pixels; this one has {width} x {height}.", limit=MOST_FILM_PIXELS
        )
    if rate > MOST_FRAMES_A_SECOND:
        raise RecordingRefusedError(
            f"A film has at most {MOST_FRAMES_A_SECOND} frames a second; this one has {round(rate)}.",
            limit=MOST_FRAMES_A_SECOND,
        )
