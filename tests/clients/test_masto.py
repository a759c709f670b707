"""masto, the JavaScript client, unchanged, against the running stack; the story is told in javascript/story.mjs."""

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from feed.operations.accounts import register
from identity.operations.admission import admit_simulated
from tests.clients.people import PASSWORD, code_on, join, log_in
from tests.feed.images.recordings import film, needs_ffmpeg
from tests.live import LiveStack

pytestmark = [pytest.mark.stack]
FOLDER = Path(__file__).parent / "javascript"
SECONDS = 240


@pytest.fixture(scope="module")
def masto() -> Path:
    """The folder with masto installed from the lock; the story is skipped where node or npm is absent."""
    if not (shutil.which("node") and shutil.which("npm")) and not os.environ.get("CI"):
        pytest.skip("node or npm is absent: masto runs on it (apt-get install nodejs npm)")
    if not (FOLDER / "node_modules" / "masto").is_dir():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=FOLDER, check=True, timeout=SECONDS)
    return FOLDER


@needs_ffmpeg
def test_masto_registers_posts_a_film_reads_pages_and_hears_what_happens(
    masto: Path, stack: LiveStack, http: httpx.Client, tmp_path: Path
) -> None:
    account = register(username="grace", email="grace@example.org", password=PASSWORD)
    admit_simulated(account_id=account.pk, operator="test")
    friend = join(http, "eileen")
    path = tmp_path / "film.mkv"
    path.write_bytes(film())
    command = ["node", "story.mjs", stack.url, friend.token, str(path)]
    with subprocess.Popen(
        command, cwd=masto, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as story:
        impatience = threading.Timer(SECONDS, story.kill)
        impatience.start()
        try:
            assert story.stdout
            line = story.stdout.readline()
            code = ""
            if line:
                with httpx.Client(base_url=stack.url, timeout=30) as browser:
                    code = code_on(log_in(browser, json.loads(line)["authorize"], "grace"))
            out, errors = story.communicate(f"{code}\n")
        finally:
            impatience.cancel()
    assert story.returncode == 0, errors
    assert json.loads(out.splitlines()[-1]) == {"done": True}
