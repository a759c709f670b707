"""The demo's own folder: each run starts from nothing, since nobody can be admitted twice."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

FOLDER = Path("var") / "demo"


def empty_world(own: Path = FOLDER) -> None:
    """Point the settings at `own` and empty it; what `make up` keeps under `var` is left alone.

    Ends the process with a sentence when another run is under way there. With `DATABASE_URL` set the caller's database
    is used as it is, and must be empty.
    """
    os.environ.setdefault("HUMANKIND_VAR", str(own.resolve()))
    folder = Path(os.environ["HUMANKIND_VAR"])
    if os.environ.get("DATABASE_URL") or folder != own.resolve():
        return
    lock = folder / "services" / "holders.lock"
    if lock.exists():
        with lock.open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit(
                    "Another run is still under way here. Stop it (Ctrl-C in its window) before you start this one."
                )
    shutil.rmtree(folder, ignore_errors=True)
