"""Whatever a dataset is made of, the consumer's command fetches it, verifies it, shows it and takes it back."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from identity.models import Account
from tests.exports.consumer import Network, humankind_data
from tests.exports.pictures import drawing, generated, uploaded
from tests.exports.test_bot_features import scored
from tests.exports.test_instruction import answered
from tests.exports.test_preferences import PROMPT, post
from tests.exports.training_team import Consumer
from tests.exports.world import Team, agree, person, say, withdraw

pytestmark = pytest.mark.stack


def painted(account: Account, purpose: str) -> None:
    """A picture of one's own."""
    say(account, "Look what I painted", media_ids=[uploaded(account, drawing(), alt="A violet hill").pk])


def asked(account: Account, purpose: str) -> None:
    """A question that somebody else answers."""
    other = person(consents=False)
    agree(other, purpose)
    answered(account, other)


def chose(account: Account, purpose: str) -> None:
    """Two pictures of one prompt, and one of them posted."""
    generated(account, PROMPT)
    post(account, generated(account, PROMPT))


def behaved(account: Account, purpose: str) -> None:
    """Figures of how an account behaves."""
    scored(account)


@pytest.mark.parametrize(
    ("purpose", "gives"),
    [
        ("training_images", painted),
        ("training_instruction", asked),
        ("training_preferences", chose),
        ("bot_research", behaved),
    ],
)
def test_it_is_synced_verified_shown_and_taken_back(
    network: Network, tmp_path: Path, purpose: str, gives: Callable[[Account, str], None]
) -> None:
    consumer = Consumer(Team(purpose=purpose), tmp_path, network.url)
    ada = person(consents=False)
    agree(ada, purpose)
    gives(ada, purpose)
    consumer.release(1)

    consumer.sync()

    assert "signature, chain and files" in consumer.verify()
    (record,) = consumer.rows()
    shown = humankind_data("show", consumer.copy, cwd=consumer.work)
    assert shown.returncode == 0 and f"Purpose {purpose}" in shown.stdout, shown.stdout + shown.stderr
    pictures = [record, *record["candidates"]] if "candidates" in record else [record]
    for row in (row for row in pictures if "image" in row):
        assert hashlib.sha256(row["image"]["bytes"]).hexdigest() == row["sha256"]

    withdraw(ada, purpose)
    consumer.release(2)
    said = consumer.sync().stdout

    assert "1 records were taken back" in said and "Data deleted of closed or older releases: 1" in said
    assert consumer.rows() == []
    assert "signature, chain and files" in consumer.verify()
    for path, content in consumer.everything():
        assert record["author"].encode() not in content, path
        assert path.name == "retractions.parquet" or record["record_id"].encode() not in content, path
