"""Uploads over the API without a worker: the test converts where the worker would."""

import io
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from feed.engines.recordings import RecordingRefusedError
from feed.jobs import convert_media as job
from feed.jobs.convert_media import MOST_ATTEMPTS, convert_media, unconverted_media
from feed.models import MediaAttachment, Profile, Status
from feed.operations.accounts import register
from feed.queries.media_meta import media_limits
from identity.operations.admission import admit_simulated
from tests.feed.images.recordings import animation, film, needs_ffmpeg, silent_film, sound
from tests.feed.images.test_profile_pictures import picture
from tests.feed.requests import Requester, requester

HERE = "tests.feed.images.test_uploads."
FFMPEG = "feed.engines.ffmpeg.FFmpeg"


class NoRecorder:
    """A server without ffmpeg."""

    def is_there(self) -> bool:
        return False
