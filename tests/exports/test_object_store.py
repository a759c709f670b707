"""Releases in a store that speaks S3: whole or invisible, read through the same addresses, gone when they are to go."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import s3fs
from django.utils import timezone
from moto.server import ThreadedMotoServer

from exports.engines.storage import Store
from exports.jobs.delete_closed import delete_closed_releases
from exports.models import Release
from exports.queries.files import manifest_file, manifest_of, stored_file
from tests.exports.world import Team, person, say, withdraw

BUCKET = "releases"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    _, port = running.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Any) -> s3fs.S3FileSystem:
    options = {"endpoint_url": server, "key": "key", "secret": "secret"}
    system = s3fs.S3FileSystem(**options, use_listings_cache=False)
    if system.exists(BUCKET):
        system.rm(BUCKET, recursive=True)
    system.mkdir(BUCKET)
    settings.EXPORT_STORAGE, settings.EXPORT_STORAGE_OPTIONS = f"s3://{BUCKET}/here", options
    return system


def content(system: s3fs.S3FileSystem, *, folder: str) -> dict[str, bytes]:
    return {path: system.cat_file(path) for path in system.find(f"{BUCKET}/here") if folder in path}


def test_releases_follow_each_other_and_what_was_taken_back_goes(
    team: Team, bucket: s3fs.S3FileSystem, settings: Any
) -> None:
    ada, grace = person(), person()
    say(ada, "A violet sentence that only Ada would write, and nobody else in the world")
    say(grace, "Compilers are translators, and they have to be written by somebody")
    first = team.built()
    taken = next(file for file in manifest_of(first).files if file.bucket is not None)
    with stored_file(first, taken.path).open() as file:
        assert len(file.read()) == taken.size
    pseudonyms = {file.path for file in manifest_of(first).files}
    say(grace, "And another one, which is added beside the first and rewrites nothing at all")
    assert team.built().records == 3
    withdraw(ada)
    third = team.built()
    assert (third.number, third.records, third.retracted) == (3, 2, 1)
    assert not any(path.name.startswith("release-") for path in settings.EXPORT_ROOT.rglob("*"))
    Release.objects.filter(state="closed").update(closed_at=timezone.now() - settings.RELEASE_GRACE - timedelta(1))
    assert delete_closed_releases() == 2
    left = content(bucket, folder="release-000001")
    assert {path.rsplit("/", 1)[1] for path in left} == {
        "manifest.dsse.json",
        "retractions.parquet",
        "README.md",
        "croissant.json",
        "statistics.json",
    }
    assert manifest_file(first).open().read() and pseudonyms


@pytest.mark.parametrize("where", ["stage", "make_visible"])
def test_broken_off_the_former_release_stays_whole_and_the_new_one_unseen(
    team: Team, bucket: s3fs.S3FileSystem, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    ada = person()
    say(ada, "Something whole, which was said before anything broke, and stays")
    first = team.built()
    before = content(bucket, folder="release-000001")
    say(ada, "Something more, which comes late, because the network went away")
    real = getattr(Store, where)

    def broken(self: Store, *arguments: Any) -> None:
        # Half of it arrives.
        if where == "make_visible":
            real(self, *arguments)
        else:
            real(self, *arguments[:2], {})
        raise OSError("The network is gone.")

    monkeypatch.setattr(Store, where, broken)
    with pytest.raises(OSError, match="gone"):
        team.build()
    monkeypatch.undo()
    assert list(Release.objects.exclude(state="building")) == [first]
    assert content(bucket, folder="release-000001") == before
    second = team.built()
    assert (second.number, second.records) == (2, 2)
    with stored_file(second, "statistics.json").open() as file:
        assert file.read(1) == b"{"


def test_a_killed_upload_leaves_nothing_that_counts(team: Team, bucket: s3fs.S3FileSystem) -> None:
    """What lies about at the next release's place from a build that was killed is not in it."""
    say(person(), "The only sentence that is to be found in any release of this dataset")
    stray = f"{BUCKET}/here/{team.dataset.pk}/release-000001/data/bucket-00-000001.parquet"
    bucket.pipe_file(stray, os.urandom(64))
    release = team.built()
    named = {file.path for file in manifest_of(release).files}
    there = content(bucket, folder="release-000001/data")
    assert {path.split("release-000001/")[1] for path in there} <= named
