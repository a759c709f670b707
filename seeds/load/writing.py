"""Writes a planned world into an empty database, in one transaction, and tells how far it is."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from common.problems import NotAllowed
from identity.models import Account
from seeds.load import consents, people, statuses, told
from seeds.load.plan import NOBODY, Plan
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


def write_world(
    plan: Plan,
    *,
    tell: Tell = lambda _: None,
    purposes: Sequence[str] = (),
    said: tuple[list[str], list[str]] | None = None,
) -> World:
    """Write everything of a plan; gives the ids. A database that does not fit them afterwards holds nothing of it.

    With `purposes` everybody is admitted as a unique human, is an adult, and consents to each of them. `said` are texts
    and languages to use in place of the drawn ones, one for each status; those of reblogs are left out. Raises NotAllowed outside development, and where such a world is already.
    """
    if not settings.DEVELOPMENT:
        raise NotAllowed("Simulated people are made on a development machine only.")
    if Account.objects.filter(username__startswith=PREFIX).exists():
        raise NotAllowed(
            f"There are accounts named {PREFIX}... already: a world is made once, in a database of its own."
        )
    world = World(plan, timezone.now(), tuple(purposes))
    progress = _Progress(tell, time.perf_counter())
    with progress.step("texts") as number:
        texts = Texts(plan)
        spoken_to = texts.spoken_to()
        words, languages = texts.all(spoken_to) if said is None else _but_of_reblogs(plan, *said)
        number[0] = len(words)
    steps: list[tuple[str, Callable[[], int]]] = [
        ("accounts", lambda: people.write_accounts(world)),
        ("profiles", lambda: people.write_profiles(world)),
        ("credentials", lambda: people.write_credentials(world)),
        ("ages and consents", lambda: consents.write_ages(world) + consents.write_consents(world, world.purposes)),
        ("follows", lambda: people.write_follows(world)),
        ("statuses and reblogs", lambda: statuses.write_statuses(world, words, languages)),
        ("mentions", lambda: statuses.write_mentions(world, spoken_to)),
        ("hashtags", lambda: statuses.write_tags(world, texts)),
        ("media", lambda: statuses.write_media(world)),
        ("favourites", lambda: statuses.write_favourites(world)),
        ("notices", lambda: told.write_notices(world, spoken_to)),
        ("events", lambda: told.write_events(world)),
    ]
    if not world.purposes:
        steps = [step for step in steps if step[0] != "ages and consents"]
    with transaction.atomic():
        _without_checking_each_reference()
        for name, write in steps:
            with progress.step(name) as number:
                number[0] = write()
    with progress.step("vacuum analyze"):
        _vacuum()
    return world


def _but_of_reblogs(plan: Plan, texts: list[str], languages: list[str]) -> tuple[list[str], list[str]]:
    """Reblogs say nothing."""
    own = (plan.reblogged == NOBODY).tolist()
    said, named = (
        [each if one else "" for each, one in zip(column, own, strict=True)] for column in (texts, languages)
    )
    return said, named


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
    from identity.models import AgeDeclaration, Consent, Credential

    people = [Account, Profile, Credential, AgeDeclaration, Consent]
    return [*people, Follow, Status, Mention, StatusTag, MediaAttachment, Favourite, Notice, Event]
