"""The demo's own folder: each run starts from nothing, since nobody can be admitted twice."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

FOLDER = Path("var") / "demo"


def empty_world() -> None:
    """Point the settings at `var/demo` and empty it; what `make up` keeps under `var` is left alone.

    Ends the process with a sentence when another demo is running there. With `DATABASE_URL` set the caller's database
    is used as it is, and must be empty.
    """
    os.environ.setdefault("HUMANKIND_VAR", str(FOLDER.resolve()))
    folder = Path(os.environ["HUMANKIND_VAR"])
    if os.environ.get("DATABASE_URL") or folder != FOLDER.resolve():
        return
    lock = folder / "services" / "holders.lock"
    if lock.exists():
        with lock.open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit("A demo is still running here. Stop it (Ctrl-C in its window) before you start another.")
    shutil.rmtree(folder, ignore_errors=True)
