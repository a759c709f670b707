"""toot as people use it: a process for each command, with a configuration folder of its own and no browser."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from feed.operations.accounts import register
from identity.operations.admission import admit_simulated
from tests.clients.people import PASSWORD, code_on, log_in

SECONDS = 60


@dataclass
class Toot:
    """One person's toot; `folder` keeps what it has logged in to."""

    url: str
    folder: Path

    def __call__(self, *arguments: str, answer: str | None = None) -> str:
        """Run one command and give what it printed; fails with what it complained of."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            input=answer,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"toot {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The same with `--json`."""
        return json.loads(self(*arguments, "--json"))

    def command(self, *arguments: str) -> list[str]:
        """The command line of the installed program."""
        return [str(Path(sys.executable).with_name("toot")), "--no-color", *arguments]

    def environment(self) -> dict[str, str]:
        """Of the test's own variables only what a program needs."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}

    def log_in(self, username: str) -> None:
        """`toot login`: it prints an address, a browser goes there and allows, and the code is typed in."""
        with subprocess.Popen(
            self.command("login", "--instance", self.url),
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as program:
            assert program.stdin and program.stdout
            printed = []
            for line in program.stdout:
                printed.append(line)
                if line.startswith(f"{self.url}/oauth/authorize"):
                    break
            assert printed and "/oauth/authorize" in printed[-1], "".join(printed)
            with httpx.Client(base_url=self.url, timeout=30) as browser:
                code = code_on(log_in(browser, printed[-1].strip(), username))
            out, _ = program.communicate(f"n\n{code}\n", timeout=SECONDS)
        assert "Successfully logged in" in out, out


def toot_of(url: str, username: str, folder: Path) -> Toot:
    """Somebody who is admitted and has logged in with toot."""
    account = register(username=username, email=f"{username}@example.org", password=PASSWORD)
    admit_simulated(account_id=account.pk, operator="test")
    (folder / username).mkdir()
    toot = Toot(url, folder / username)
    toot.log_in(username)
    return toot
