"""What a recipient checks before it trusts a release."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from exports.engines.keys import public_key_text, signing_key
from exports.engines.manifest import Refused, verify_release
from exports.queries.files import public_key
from tests.exports.consumer import humankind_data
from tests.exports.world import Team, person, say, withdraw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def release(team: Team) -> Path:
    say(person(), "signed and sealed")
    team.built()
    return team.folder(1)


def check(folder: Path, **expectations: object) -> None:
    asked: dict[str, object] = {"expected_dataset": None, "expected_number": None, "expected_parent_sha256": None}
    verify_release(folder, **{"public_key": public_key()} | asked | expectations)  # type: ignore[arg-type] # any mix


def data_file(folder: Path) -> Path:
    return next((folder / "data").iterdir())


def flip_a_byte(folder: Path) -> None:
    content = bytearray(data_file(folder).read_bytes())
    content[len(content) // 2] ^= 1
    data_file(folder).write_bytes(content)


def rewrite_the_manifest(folder: Path) -> None:
    path = folder / "manifest.dsse.json"
    envelope = json.loads(path.read_text())
    payload = base64.b64decode(envelope["payload"]).replace(b'"retracted":0', b'"retracted":1')
    envelope["payload"] = base64.b64encode(payload).decode()
    path.write_text(json.dumps(envelope))


def delete_a_file(folder: Path) -> None:
    data_file(folder).unlink()


def add_a_file(folder: Path) -> None:
    (folder / "data" / "bucket-99.parquet").write_bytes(b"PAR1")


def link_elsewhere(folder: Path) -> None:
    copy = folder.parent / "copy.parquet"
    shutil.move(data_file(folder), copy)
    (folder / "data" / "bucket-99.parquet").symlink_to(copy)


def garble_the_manifest(folder: Path) -> None:
    (folder / "manifest.dsse.json").write_bytes(b"\xff not json")


@pytest.mark.parametrize(
    "tamper",
    [flip_a_byte, rewrite_the_manifest, delete_a_file, add_a_file, link_elsewhere, garble_the_manifest],
)
def test_what_was_tampered_with_is_refused(release: Path, tamper: Callable[[Path], None]) -> None:
    check(release)
    tamper(release)
    with pytest.raises(Refused):
        check(release)


def test_other_keys_and_other_expectations_are_refused(team: Team, release: Path) -> None:
    check(release, expected_dataset=str(team.dataset.pk), expected_number=1, expected_parent_sha256="")
    for wrong in (
        {"public_key": public_key_text(signing_key("another root secret"))},
        {"public_key": "no key"},
        {"expected_dataset": "1"},
        {"expected_number": 2},
        {"expected_parent_sha256": "0" * 64},
    ):
        with pytest.raises(Refused):
            check(release, **wrong)


def test_the_command_follows_the_chain(team: Team, tmp_path: Path) -> None:
    ada, grace = person(), person()
    say(ada, "first")
    say(grace, "second")
    team.built()
    withdraw(ada)
    team.built()
    folder = team.folder(1).parent

    def verify(key: str) -> "subprocess.CompletedProcess[str]":
        return humankind_data("verify", folder, "--key", key, cwd=tmp_path)

    done = verify(public_key())
    assert done.returncode == 0, done.stderr
    newest = done.stdout.splitlines()[-1]
    assert newest.startswith("release 2:") and "1 records, 1 retracted" in newest
    assert verify("0" * 64).returncode == 1
    # A chain from which a release was taken out and another put in its place.
    shutil.rmtree(folder / "release-000001")
    shutil.copytree(folder / "release-000002", folder / "release-000001")
    assert verify(public_key()).returncode == 1
