"""The consumer's command over HTTP, against real web and worker processes: what it keeps, refuses, resumes and deletes."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from exports.models import Acknowledgement, Download
from exports.operations.recipient_keys import suspend_recipient
from exports.queries.files import public_key
from tests.exports.consumer import Network, command_line, humankind_data, surroundings
from tests.exports.training_team import Consumer
from tests.exports.world import Team, person, say, withdraw
from tests.live import wait_for

pytestmark = pytest.mark.stack

# Together long enough to be cut in two on their way over the network, and none like another.
LONG = (
    "The ferry was late again, so we counted gulls until the captain came back from his lunch",
    "My grandmother kept bees behind the school, and every child was given honey in September",
    "Whoever repairs old radios knows that patience and a clean screwdriver solve most of it",
)


def test_what_is_taken_back_leaves_the_consumers_disk(consumer: Consumer, network: Network) -> None:
    ada, grace = person(), person()
    say(ada, "A quiet violet morning in the hills, as I walked down to the river")
    say(grace, "It is easier to ask for forgiveness than it is to get permission")
    consumer.release(1)

    consumer.sync()

    assert "signature, chain and files" in consumer.verify()
    assert len(consumer.rows()) == 2
    ours = next(row for row in consumer.rows() if "violet" in row["text"])
    shown = humankind_data("show", consumer.copy, cwd=consumer.work)
    assert shown.returncode == 0 and "Purpose training_text" in shown.stdout and "language: en 2" in shown.stdout
    assert set(Download.objects.values_list("status", flat=True)) == {200}

    withdraw(ada)
    consumer.release(2)
    said = consumer.sync().stdout

    assert "1 records were taken back" in said and "Data deleted of closed or older releases: 1" in said
    assert [row["text"] for row in consumer.rows()] == [
        "It is easier to ask for forgiveness than it is to get permission"
    ]
    for path, content in consumer.everything():
        assert b"violet" not in content and ours["author"].encode() not in content, path
        # The retraction itself names the record: by that it is known what to leave out of what was made of it.
        assert path.name == "retractions.parquet" or ours["record_id"].encode() not in content, path
    assert "verified signature and chain; its data is not here" in consumer.verify()
    assert Acknowledgement.objects.filter(release__number=2).count() == 1

    newcomer = Consumer(consumer.team, consumer.work / "another machine", network.url)
    newcomer.work.mkdir()
    newcomer.sync()
    assert newcomer.rows() == consumer.rows()
    assert "verified signature and chain; its data is not here" in newcomer.verify()

    asked = len(network.asked)
    assert "0 files fetched" in consumer.sync().stdout
    assert not [path for path, _ in network.asked[asked:] if "/download" in path]


def test_killed_midway_it_goes_on_where_it_was(consumer: Consumer, network: Network) -> None:
    for text in LONG:
        say(person(), text)
    consumer.release(1)
    network.cut = 500
    running = subprocess.Popen(
        command_line(*consumer.sync_line()),
        cwd=consumer.work,
        env=surroundings(**consumer.variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        parts = consumer.copy / ".incoming"
        wait_for(
            lambda: network.is_cut.is_set() and any(path.stat().st_size == 500 for path in parts.glob("*.part")),
            what="half a file",
        )
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert not (consumer.copy / "latest").exists()
    network.cut = None
    network.let_go.set()

    consumer.sync()

    assert network.ranges() == ["bytes=500-"]
    assert 206 in Download.objects.values_list("status", flat=True)
    consumer.verify()
    assert len(consumer.rows()) == 3 and not list((consumer.copy / ".incoming").iterdir())


def test_a_server_that_asks_to_wait_is_waited_for(consumer: Consumer, network: Network) -> None:
    say(person(), "Patience is the companion of wisdom")
    consumer.release(1)
    network.refusals = 2
    assert "waiting 1 s" in consumer.sync().stderr
    network.refusals = 1
    assert "--wait allows 0 s" in consumer.sync("--wait", "0", status=4).stderr


def test_who_may_not_is_told_so(consumer: Consumer, network: Network) -> None:
    say(person(), "Not for everybody")
    consumer.release(1)
    right = dict(consumer.variables)
    consumer.variables["RELEASES_CLIENT_SECRET"] = "wrong"
    assert "gave no token" in consumer.sync(status=3).stderr
    consumer.variables = {"RELEASES_CLIENT_ID": right["RELEASES_CLIENT_ID"]}
    assert "Give the client secret" in consumer.sync(status=2).stderr
    consumer.variables = right
    consumer.copy.mkdir(exist_ok=True)
    with (consumer.copy / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "Another run" in consumer.sync(status=5).stderr
    consumer.sync()
    suspend_recipient(operator_id=consumer.team.staff.pk, recipient_id=consumer.team.registration.recipient.pk)
    assert "suspended" in consumer.sync(status=3).stderr
    other = humankind_data(
        "sync", network.url, consumer.team.dataset.pk, consumer.copy, "--key", "0" * 64, cwd=consumer.work, **right
    )
    assert other.returncode in {2, 3}


@pytest.mark.django_db(transaction=True)
def test_a_release_that_is_kept_loses_its_retracted_records(tmp_path: Path) -> None:
    """A server closes what was retracted from; where an older release is still here, its records go all the same."""
    team = Team()
    ada, grace = person(), person()
    say(ada, "An amber evening, and nobody there to see it but me")
    kept = say(grace, "Compilers translate, and people interpret what they said")
    team.built()
    withdraw(ada)
    team.built()
    copy = tmp_path / "copy"
    for number in (1, 2):
        shutil.copytree(team.folder(number), copy / team.folder(number).name)
    shutil.rmtree(copy / "state", ignore_errors=True)
    pins = {"url": "https://humans.example", "dataset": str(team.dataset.pk), "public_key": public_key()}
    (copy / "humankind.json").write_text(json.dumps(pins))
    refused = humankind_data("verify", copy, cwd=tmp_path)
    assert refused.returncode == 1 and "taken back" in refused.stderr

    program = "from pathlib import Path; from humankind_data.retractions import apply_retractions as apply;"
    program += "from humankind_data.local_copy import LocalCopy; print(apply(LocalCopy(Path('copy'))))"
    for removed in ("1", "0"):
        done = subprocess.run(
            [command_line()[0], "-c", program],
            cwd=tmp_path,
            env=surroundings(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == removed

    verified = humankind_data("verify", copy, cwd=tmp_path)
    assert verified.returncode == 0 and "since rid of retracted records" in verified.stdout
    texts = {
        row["text"]
        for file in (copy / "release-000001" / "data").iterdir()
        for row in pq.read_table(file, partitioning=None).to_pylist()
    }
    assert len(texts) == 1 and kept.text in texts


def test_people_see_who_fetched_what(consumer: Consumer, http: httpx.Client) -> None:
    from tests.exports.programs import ROOT, token_of

    ada = person()
    say(ada, "Who reads this besides you")
    consumer.release(1)
    reader = token_of(user=ada, scopes=("read",))
    before = http.get(f"{ROOT}/mine", headers=reader).json()
    assert before["sentence"] == "Your posts are in 1 release for 1 recipient."
    assert before["by_recipient"][0]["first_downloaded_at"] is None
    consumer.sync()
    share = http.get(f"{ROOT}/mine", headers=reader).json()["by_recipient"][0]
    assert (share["recipient"], share["purpose"], share["releases"]) == (
        consumer.team.registration.recipient.name,
        "training_text",
        [1],
    )
    assert share["first_downloaded_at"] and share["first_downloaded_at"] <= share["last_downloaded_at"]
    withdraw(ada)
    consumer.release(2)
    consumer.sync()
    share = http.get(f"{ROOT}/mine", headers=reader).json()["by_recipient"][0]
    assert share["releases"] == [] and share["removal_acknowledged_at"]
