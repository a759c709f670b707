"""The package as a training team gets it, and the README's example as they would run it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exports.consumer import PACKAGE, humankind_data
from tests.exports.world import Team, person, say

README = PACKAGE.parent / "README.md"


def test_the_readmes_example_loads_a_release(team: Team, tmp_path: Path) -> None:
    say(person(), "Good morning to everybody who reads this over breakfast", made_by="human")
    say(person(), "Bonjour à toutes et à tous, il fait un temps magnifique aujourd'hui", made_by="human")
    team.built()
    release = tmp_path / "my-data" / "release-000001"
    shutil.copytree(team.folder(1), release)
    (tmp_path / "my-data" / "latest").symlink_to(release.name)
    (program,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        # Nothing is fetched: the files are here, and the hub is told to stay offline.
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 records in 2 languages, by 2 people without a machine\n"


def test_it_installs_with_its_command_and_needs_nothing_of_the_house(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    # pip's own caches and settings are none of this test's.
    subprocess.run(
        [*pip, "--target", str(tmp_path / "site"), str(source)], check=True, cwd=tmp_path, capture_output=True
    )
    asked = subprocess.run(
        [str(tmp_path / "site" / "bin" / "humankind-data"), "--version"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "0.1.0\n"
    house = ["config", "common", "identity", "feed", "moderation", "exports", "seeds", "django"]
    imports = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(house)})\b", re.MULTILINE)
    assert not [path for path in PACKAGE.rglob("*.py") if imports.search(path.read_text())]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sync", "http://humans.example", "1", "d"), "sent over https:// alone"),
        (("sync", "humans.example", "1", "d"), "not the address of a server"),
        (("sync", "http://localhost:9", "1", "d", "--client-id", "a", "--wait", "0"), "cannot be reached"),
        (("verify", "d"), "name it with --key"),
        (("verify", "d", "--key", "beef"), "There is no release"),
        (("show", "d"), "There is no release"),
    ],
)
def test_mistakes_are_told_in_a_sentence(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = humankind_data(*arguments, cwd=tmp_path, RELEASES_CLIENT_SECRET="a-word-of-its-own")
    assert done.returncode and "Traceback" not in done.stderr and "a-word-of-its-own" not in done.stderr
    assert words in done.stderr or "asks to wait" in done.stderr
