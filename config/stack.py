"""`make up`: the whole stack on this machine. A process that dies is started again; Ctrl-C stops them all."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from config.processes import MIGRATE, PROCESSES, Process
from config.startup import environment

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = str(Path(sys.executable).parent)


def start(
    process: Process, *, variables: dict[str, str] | None = None, log: IO[str] | None = None
) -> subprocess.Popen[bytes]:
    """Start one process of the list exactly as it is named there."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"
    # A group of its own, so that a signal to it also reaches the children it forks.
    return subprocess.Popen(
        process.command,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **(variables or {}), "PATH": path},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


class Stack:
    """The processes while they run; a context manager that stops them when left."""

    def __init__(self, *, variables: dict[str, str] | None = None, logs: Path | None = None) -> None:
        self.variables = variables or {}
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        code = self._start(MIGRATE).wait()
        if code:
            raise SystemExit(f"The database could not be prepared (status {code}).")
        for process in PROCESSES:
            self.running[process.name] = self._start(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.running.values():
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + 15
        for child in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)
                child.wait()

    def _start(self, process: Process) -> subprocess.Popen[bytes]:
        if self.logs is None:
            return start(process, variables=self.variables)
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{process.name}.log").open("a") as log:
            return start(process, variables=self.variables, log=log)

    def revive(self) -> list[str]:
        """Start again what has died; gives the names."""
        died = [process for process in PROCESSES if self.running[process.name].poll() is not None]
        for process in died:
            # Children of a killed parent would go on taking work under the old code.
            _signal_group(self.running[process.name], signal.SIGKILL)
            self.running[process.name] = self._start(process)
        return [process.name for process in died]


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the stack until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    options = argparse.ArgumentParser(description="Run web, worker and beat until stopped.")
    options.add_argument("--logs", type=Path, help="write each process's log to a file in this folder")
    with Stack(logs=options.parse_args().logs) as stack:
        print(f"Humankind is at {environment().url} (Ctrl-C stops it)", flush=True)
        try:
            while True:
                time.sleep(1)
                for name in stack.revive():
                    print(f"{name} died and was started again", flush=True)
        except KeyboardInterrupt:
            print("Stopping ...", flush=True)


if __name__ == "__main__":
    main()
