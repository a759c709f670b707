"""A build may be killed anywhere; a slow transaction may commit late. Nothing is lost, and nothing half done is seen."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from exports.engines.manifest import verify_release
from exports.models import Release
from exports.queries.files import public_key
from identity.models import Account
from tests.exports.world import Team, person, say, withdraw
from tests.live import database_url

CHECKOUT = Path(__file__).resolve().parents[2]
# Killed where the named function is called, or just after it.
KILLED_AT = [
    "exports.engines.shard.write_records",
    "exports.engines.folder.carry_over",
    "exports.engines.shard.write_retractions",
    "exports.engines.folder.to_disk",
    "exports.engines.folder.make_visible",
    "after exports.engines.folder.make_visible",
]
PROGRAM = """
import importlib, os, sys
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.EXPORT_ROOT = Path(sys.argv[1])
after, _, dotted = sys.argv[3].rpartition(" ")
name = dotted.rpartition(".")
module = importlib.import_module(name[0])
real = getattr(module, name[2])
def fatal(*arguments, **options):
    if after:
        real(*arguments, **options)
    os.kill(os.getpid(), 9)
setattr(module, name[2], fatal)
from exports.jobs.build_release import build_release
build_release(dataset_id=int(sys.argv[2]))
"""


def build_and_be_killed(team: Team, where: str) -> int:
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
    }
    arguments = [sys.executable, "-c", PROGRAM, str(settings.EXPORT_ROOT), str(team.dataset.pk), where]
    return subprocess.run(arguments, cwd=CHECKOUT, env=variables, check=False, capture_output=True).returncode


@pytest.mark.parametrize("where", KILLED_AT)
def test_killed_the_former_release_stays_and_the_next_build_finishes(team: Team, where: str) -> None:
    ada, *others = [person() for _ in range(4)]
    for author in (ada, *others):
        say(author, f"{author.username}: {author.username * 3}, whole")
    team.built()
    withdraw(ada)
    say(others[0], "one more")

    assert build_and_be_killed(team, where) == -9

    published = Release.objects.exclude(state=Release.State.BUILDING)
    assert [(release.number, release.state) for release in published] == [(1, Release.State.PUBLISHED)]
    assert len(team.texts(1)) == 4
    second = team.built()
    assert (second.number, second.records, second.added, second.retracted) == (2, 4, 1, 1)
    verify_release(
        team.folder(2),
        public_key=public_key(),
        expected_dataset=str(team.dataset.pk),
        expected_number=2,
        expected_parent_sha256=published.get(number=1).manifest_sha256,
    )
    assert team.build() is None


def test_a_slow_transaction_is_not_skipped(team: Team) -> None:
    ada, slow = person(), person()
    say(ada, "at once")
    written, may_commit = threading.Event(), threading.Event()

    def post_slowly() -> None:
        try:
            with transaction.atomic():
                say(Account.objects.get(pk=slow.pk), "slowly")
                written.set()
                may_commit.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=post_slowly)
    thread.start()
    try:
        assert written.wait(30)
        team.built()
        # Its event is older than this one, and commits later.
        say(ada, "meanwhile")
        team.build()
    finally:
        may_commit.set()
        thread.join(30)
    team.build()
    newest = Release.objects.order_by("-number")[0]
    assert team.texts(newest.number) == {"at once", "meanwhile", "slowly"}
    assert team.build() is None


def test_two_builders_at_once_make_one_release(team: Team) -> None:
    for _ in range(3):
        say(person(), "built once")
    made: list[Release | None] = []

    def build() -> None:
        try:
            made.append(team.build())
        finally:
            connection.close()

    builders = [threading.Thread(target=build) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(60)
    assert len(made) == 3
    assert len([release for release in made if release]) == 1
    assert Release.objects.get().state == Release.State.PUBLISHED


def test_a_worker_forks_before_daft_and_daft_tells_nobody() -> None:
    program = (
        "import django, os, sys; django.setup(); import exports.tasks; assert 'daft' not in sys.modules;"
        "import daft.scarf_telemetry as telemetry; assert telemetry.track_import_on_scarf()[0] is None"
    )
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgresql://none/none",
        "REDIS_URL": settings.REDIS_URL,
    }
    subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, env=variables, check=True)
