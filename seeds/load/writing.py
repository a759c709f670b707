"""Writes a planned world into an empty database, in one transaction, and tells how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from common.problems import NotAllowed
from identity.models import Account
from seeds.load import people, statuses, told
from seeds.load.plan import Plan
from seeds.load.texts import PREFIX, Texts
from seeds.load.world import World

Tell = Callable[[str], None]


@dataclass(slots=True)
class _Progress:
    tell: Tell
    started: float

    @contextmanager
    def step(self, name: str) -> Iterator[list[int]]:
        began, written = time.perf_counter(), [0]
        yield written
        spent, since = time.perf_counter() - began, time.perf_counter() - self.started
        self.tell(f"{since:7.1f} s  {name:<22}{written[0]:>12,} rows in {spent:6.1f} s")


def write_world(plan: Plan, *, tell: Tell = lambda _: None) -> World:
    """Write everything of a plan; gives the ids. A database that does not fit them afterwards holds nothing of it.

    Raises NotAllowed outside development, and where such a world is already.
    """
    if not settings.DEVELOPMENT:
        raise NotAllowed("Simulated people are made on a development machine only.")
    if Account.objects.filter(username__startswith=PREFIX).exists():
        raise NotAllowed(
            f"There are accounts named {PREFIX}... already: a world is made once, in a database of its own."
        )
    world = World(plan, timezone.now())
    progress = _Progress(tell, time.perf_counter())
    with progress.step("texts") as number:
        texts = Texts(plan)
        spoken_to = texts.spoken_to()
        said, languages = texts.all(spoken_to)
        number[0] = len(said)
    steps: list[tuple[str, Callable[[], int]]] = [
        ("accounts", lambda: people.write_accounts(world)),
        ("profiles", lambda: people.write_profiles(world)),
        ("credentials", lambda: people.write_credentials(world)),
        ("follows", lambda: people.write_follows(world)),
        ("statuses and reblogs", lambda: statuses.write_statuses(world, said, languages)),
        ("mentions", lambda: statuses.write_mentions(world, spoken_to)),
        ("hashtags", lambda: statuses.write_tags(world, texts)),
        ("media", lambda: statuses.write_media(world)),
        ("favourites", lambda: statuses.write_favourites(world)),
        ("notices", lambda: told.write_notices(world, spoken_to)),
        ("events", lambda: told.write_events(world)),
    ]
    with transaction.atomic():
        _without_checking_each_reference()
        for name, write in steps:
            with progress.step(name) as number:
                number[0] = write()
    with progress.step("vacuum analyze"):
        _vacuum()
    return world


def _without_checking_each_reference() -> None:
    """The rows fit each other by construction; looking each reference up would take longer than writing them.

    PostgreSQL lets only its superuser do without; others wait longer.
    """
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("set local session_replication_role = replica")
        except Exception as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise


def _vacuum() -> None:
    """What plans and visibility maps need; tests run inside a transaction, where there is none."""
    if connection.in_atomic_block:
        return
    tables: list[Any] = [model._meta.db_table for model in _written()]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"vacuum analyze {table}")


def _written() -> list[Any]:
    from common.models import Event
    from feed.models import Favourite, Follow, MediaAttachment, Mention, Notice, Profile, Status, StatusTag
    from identity.models import Credential

    return [Account, Profile, Credential, Follow, Status, Mention, StatusTag, MediaAttachment, Favourite, Notice, Event]
