"""Fetches the clients with their suites: the published archives, by version and hash."""

import subprocess
import sys
import tarfile
from pathlib import Path

LOCK = Path("requirements/client-suites.txt")
CLIENTS = ("Mastodon.py", "toot")


def environment(folder: Path) -> Path:
    """A virtual environment with the clients and what their suites need; gives its Python."""
    python = folder / "venv" / "bin" / "python"
    done = folder / "venv" / ".installed"
    if done.exists() and done.stat().st_mtime >= LOCK.stat().st_mtime:
        return python
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    subprocess.run([str(python), *install, "--requirement", str(LOCK)], check=True)
    done.touch()
    return python


def unpacked(folder: Path, python: Path) -> dict[str, Path]:
    """The clients' source folders by name, each holding a `tests` folder."""
    archives = folder / "archives"
    download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    found = {}
    for name in CLIENTS:
        locked = archives / f"{name}.txt"
        locked.parent.mkdir(parents=True, exist_ok=True)
        locked.write_text(_locked(name))
        command = [*download, "--no-binary", ":all:", "--dest", str(archives)]
        subprocess.run([str(python), *command, "--requirement", str(locked)], check=True)
        version = locked.read_text().partition("==")[2].split()[0]
        stem = f"{name.lower().replace('.', '_')}-{version}"
        with tarfile.open(archives / f"{stem}.tar.gz") as archive:
            archive.extractall(folder / "sources", filter="data")
        found[name] = folder / "sources" / stem
    return found


def _locked(name: str) -> str:
    """The lines of the lock that name one package and its hashes."""
    lines = LOCK.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name.lower().replace('.', '-')}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith("    --hash"):
        end += 1
    return "\n".join(lines[start:end])
