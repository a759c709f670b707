"""What was changed on its way to a consumer, or on their disk, is found."""

import json
from collections.abc import Callable

import pytest

from tests.exports.consumer import Network
from tests.exports.training_team import Consumer
from tests.exports.world import person, say

pytestmark = pytest.mark.stack


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def another_file(path: str, content: bytes) -> bytes:
    return flipped(content) if "data%2F" in path else content


def a_longer_file(path: str, content: bytes) -> bytes:
    return content + b"more" if "data%2F" in path else content


def another_manifest(path: str, content: bytes) -> bytes:
    if not path.endswith("/manifest"):
        return content
    envelope = json.loads(content)
    envelope["payload"] = envelope["payload"][:-8] + "AAAAAAA="
    return json.dumps(envelope).encode()


def another_address(path: str, content: bytes) -> bytes:
    return content.replace(b"path=data%2Fbucket", b"path=data%2Fpocket") if path.endswith("/releases/1") else content


@pytest.mark.parametrize(
    ("tamper", "status"), [(another_file, 1), (a_longer_file, 1), (another_manifest, 1), (another_address, 3)]
)
def test_what_was_tampered_with_on_the_way_is_refused(
    consumer: Consumer, network: Network, tamper: Callable[[str, bytes], bytes], status: int
) -> None:
    say(person(), "Signed and sealed, and then opened on its way by somebody")
    consumer.release(1)
    network.tamper = tamper
    said = consumer.sync(status=status).stderr
    assert said.startswith("humankind-data: ") and "Traceback" not in said
    assert not (consumer.copy / "latest").exists() and not list(consumer.copy.rglob("*.parquet.part"))
    network.tamper = None
    consumer.sync()
    consumer.verify()


def test_what_was_tampered_with_on_the_disk_is_found(consumer: Consumer) -> None:
    say(person(), "Signed and sealed, and then opened where it lies")
    consumer.release(1)
    consumer.sync()
    file = next((consumer.copy / "release-000001" / "data").iterdir())
    whole = file.read_bytes()
    file.write_bytes(flipped(whole))
    assert "is not the file that was signed" in consumer.verify(status=1)
    file.write_bytes(whole)
    (file.parent / "extra.parquet").write_bytes(whole)
    assert "does not name it" in consumer.verify(status=1)
