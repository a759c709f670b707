"""`python -m seeds.story [--once]`: start the stack, tell the story, stay up or end with a status."""

import argparse
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import django
import httpx
from rich.console import Console

from seeds.story.telling import Telling
from seeds.story.world import empty_world

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> int:
    """0 when every step went as it must, 1 when one did not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--once", action="store_true", help="end after the story")
    options.add_argument("--picture", type=Path, help="save what was shown as an SVG file")
    asked = options.parse_args()
    once = asked.once
    # The story signs several people up from one address, and shows a release without waiting for beat's hour.
    os.environ.setdefault("HUMANKIND_ENROLMENTS_PER_HOUR", "100")
    empty_world()
    django.setup()
    # The stack logs to its files; what this process logs beside it would only stand between the lines of the story.
    logging.getLogger().setLevel(logging.WARNING)
    from seeds.story.chapters import Story
    from seeds.story.client import wait_until
    from seeds.story.traces import log_folder

    telling = Telling(Console(record=asked.picture is not None, width=110 if asked.picture else None))
    address = _address()
    telling.console.rule("Humankind: one account, one living human")
    stack = _start_stack(log_folder())
    try:
        with telling.step("The stack starts: PostgreSQL, Redis, web, worker, beat") as (outcome, _):
            wait_until(lambda: _ready(address, stack), seconds=120)
            outcome.result = address
        complete = Story(address, telling, log_folder()).tell()
        telling.console.print(telling.table())
        telling.console.print(
            "No camera took these pictures: a puppet moved two still photographs. That is what an injection attack does, "
            "and gestures alone do not stop it (docs/privacy.md)."
        )
        if asked.picture:
            telling.save(asked.picture)
        if not once and complete:
            _stay(telling, address, stack)
        return 0 if complete else 1
    finally:
        stack.send_signal(signal.SIGTERM)
        stack.wait(30)


def _address() -> str:
    from django.conf import settings

    return str(settings.PUBLIC_URL)


def _start_stack(logs: Path) -> "subprocess.Popen[bytes]":
    for old in logs.glob("*.log"):
        old.unlink()
    return subprocess.Popen([sys.executable, "-m", "config.stack", "--logs", str(logs)], stdout=subprocess.DEVNULL)


def _ready(address: str, stack: "subprocess.Popen[bytes]") -> bool | None:
    if stack.poll() is not None:
        raise RuntimeError(f"The stack ended with status {stack.returncode}: is the port of {address} taken?")
    try:
        return httpx.get(f"{address}/readyz", timeout=5).is_success or None
    except httpx.TransportError:
        return None


def _stay(telling: Telling, address: str, stack: "subprocess.Popen[bytes]") -> None:
    telling.console.rule("Still up; Ctrl-C stops it")
    telling.console.print(f"{address}/api/humankind/v1/docs  our endpoints, to try out")
    telling.console.print(f"{address}/admin/  the moderators' desk (story_moderator, story-moderator-1)")
    telling.console.print(f"{address}/api/v1/timelines/public  what was posted")
    telling.console.print("toot, Phanpy, Elk, or any other Mastodon app: log in as grace with story-password-1")
    try:
        stack.wait()
    except KeyboardInterrupt:
        telling.console.print("Stopping ...")


if __name__ == "__main__":
    sys.exit(main())
