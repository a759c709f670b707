"""The load generator writes what the operations write: the same small world by both ways, compared row by row."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from common.redis import client as redis_client
from feed.jobs.fan_out import fan_out
from feed.models import MediaAttachment, Status
from feed.operations.accounts import register
from feed.operations.favourites import favourite
from feed.operations.follows import follow
from feed.operations.reblogs import reblog
from feed.operations.statuses import post_status
from feed.queries.home_timeline import note_reading
from feed.queries.training import consented_authors, consented_status_table
from identity.engines.attestation import Attestation
from identity.jobs.credentials import issue
from identity.models import Account, AgeDeclaration, Consent, Credential
from identity.operations.admission import METHOD, admit_simulated
from identity.operations.age import declare_age
from identity.operations.consents import give_consent
from identity.queries.policies import policy_of
from seeds.load.consents import REGION
from seeds.load.people import OPERATOR, PASSWORD
from seeds.load.pictures import PICTURES, upload
from seeds.load.plan import NOBODY, OPEN, VISIBILITIES, Plan, Size, plan
from seeds.load.texts import Texts, username
from seeds.load.writing import write_world

SIZE = Size(people=12, follows=30, statuses=90, favourites=60)
PURPOSES = ("training_text", "training_replies")
OURS = ("common", "feed", "identity", "moderation", "exports")
# Chosen anew for each row, whoever writes it.
RANDOM = {"password", "file", "preview"}
# The event log's own numbers; rows that no cursor has passed yet look the same.
UNLIKE = {"seq", "transaction"}


class _Rollback(Exception):
    """Undoes one of the two worlds, so that the other finds the tables empty."""


def test_the_bulk_path_ends_in_the_rows_of_the_operations(db: None, settings: Any) -> None:
    """Every table of every app; ids become places in their order, and moments that there is one."""
    settings.FOLLOWERS_FANNED_OUT_TO = 6
    settings.UPLOADS_PER_HOUR = 1000
    wanted = plan(SIZE, seed=4)
    assert _holds_everything(wanted)
    by_operations = _rows_of(lambda: _operate(wanted))
    by_bulk = _rows_of(lambda: write_world(wanted))
    assert by_operations.keys() == by_bulk.keys()
    for table, rows in by_operations.items():
        assert by_bulk[table] - rows == Counter(), f"{table}: rows that no operation writes"
        assert rows - by_bulk[table] == Counter(), f"{table}: rows that only operations write"


def test_people_who_agreed_are_adults_who_were_admitted_as_unique(db: None) -> None:
    """With consents: the rows of the operations once more, and the gate lets these people through, and no others."""
    wanted = plan(Size(people=6, follows=6, statuses=20, favourites=5), seed=4)
    by_operations = _rows_of(lambda: _operate(wanted, purposes=PURPOSES))
    by_bulk = _rows_of(lambda: write_world(wanted, purposes=PURPOSES))
    assert by_bulk == by_operations
    made = write_world(wanted, purposes=PURPOSES)
    assert consented_authors(purpose=PURPOSES[0]).keys() == set(made.accounts.tolist())
    assert consented_status_table(purpose=PURPOSES[0]).num_rows == np.sum(
        (wanted.reblogged == NOBODY) & (wanted.visibility == OPEN)
    )


def test_ids_grow_with_time_and_none_is_given_twice(db: None) -> None:
    """Threads and pages rest on it; the world ends now, and its first third is people joining."""
    wanted = plan(Size(people=50, follows=100, statuses=200, favourites=10), seed=1)
    made = write_world(wanted)
    rows = list(Status.objects.order_by("pk").values_list("pk", "created_at", "in_reply_to_id", "reblog_of_id"))
    assert [row[0] for row in rows] == made.statuses.tolist()
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert all((above or shown or 0) < pk for pk, _, above, shown in rows)
    newest = Account.objects.order_by("-pk").values_list("date_joined", flat=True)[0]
    assert newest < rows[0][1] <= rows[-1][1] <= dt.datetime.now(dt.UTC)


def test_the_most_popular_have_a_lot_and_most_have_few() -> None:
    """A power law: it is what fan-out and merging at read are for."""
    wanted = plan(Size(people=5_000, follows=60_000, statuses=10, favourites=0), seed=1)
    followers = Counter(wanted.follow_target.tolist())
    top = followers.most_common(1)[0][1]
    assert len(set(zip(wanted.follow_source.tolist(), wanted.follow_target.tolist(), strict=True))) == 60_000
    assert top > 50 * sorted(followers.values())[len(followers) // 2]


def test_what_cannot_be_is_refused() -> None:
    """Before anything is drawn."""
    with pytest.raises(ValueError, match="too few people"):
        Size(people=4, follows=10, statuses=0, favourites=0)


def _holds_everything(wanted: Plan) -> bool:
    """More media than there are pictures, and each kind of status at least once."""
    return bool(
        wanted.media.sum() > PICTURES
        and (wanted.parent != NOBODY).any()
        and (wanted.reblogged != NOBODY).any()
        and (wanted.mentioned != NOBODY).any()
        and set(wanted.visibility.tolist()) == set(range(len(VISIBILITIES)))
    )


def _operate(wanted: Plan, *, purposes: tuple[str, ...] = ()) -> None:
    """The same world by the operations, in the same order."""
    redis_client().flushdb()
    accounts = []
    for place in range(wanted.people):
        account = register(username=username(place), email="", password=PASSWORD)
        accounts.append(account.pk)
    for account_id in accounts:
        if purposes:
            _let_in_as_unique(account_id, purposes)
        else:
            admit_simulated(account_id=account_id, operator=OPERATOR)
    for source, target in zip(wanted.follow_source.tolist(), wanted.follow_target.tolist(), strict=True):
        follow(source_id=accounts[source], target_id=accounts[target])
    statuses = _post(wanted, accounts)
    for account, status in zip(wanted.favourite_account.tolist(), wanted.favourite_status.tolist(), strict=True):
        favourite(account_id=accounts[account], status_id=statuses[status])
    for status_id in statuses:
        fan_out(status_id)
    note_reading([accounts[place] for place, active in enumerate(wanted.active.tolist()) if active])


def _let_in_as_unique(account_id: int, purposes: tuple[str, ...]) -> None:
    """What an enrolment ends in, and what the person says of themselves."""
    shown = Attestation(kind=Credential.Kind.FACE, level=Credential.Level.UNIQUE, method=METHOD)
    with transaction.atomic():
        issue(account_id=account_id, attestation=shown, data={"operator": OPERATOR})
    declare_age(account_id=account_id, region=REGION, over=18)
    for policy in map(policy_of, purposes):
        assert policy
        give_consent(account_id=account_id, purpose=policy.purpose, policy_version=policy.version)


def _post(wanted: Plan, accounts: list[int]) -> list[int]:
    texts = Texts(wanted)
    said, languages = texts.all(texts.spoken_to())
    statuses: list[int] = []
    pictures = 0
    for place, author in enumerate(wanted.author.tolist()):
        account_id, shown, above = accounts[author], int(wanted.reblogged[place]), int(wanted.parent[place])
        if shown != NOBODY:
            statuses.append(reblog(account_id=account_id, status_id=statuses[shown]).pk)
            continue
        media: list[int] = []
        if wanted.media[place]:
            media.append(upload(account_id=account_id, place=pictures).pk)
            pictures += 1
        made = post_status(
            account_id=account_id,
            text=said[place],
            visibility=VISIBILITIES[wanted.visibility[place]],
            in_reply_to_id=statuses[above] if above != NOBODY else None,
            media_ids=media,
            language=languages[place],
        )
        statuses.append(made.pk)
    return statuses


def _rows_of(write: Any) -> dict[str, Counter[Any]]:
    """Every row that `write` leaves, told without ids and moments; nothing of it stays."""
    found: dict[str, Counter[Any]] = {}
    try:
        with transaction.atomic():
            before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in _models()}
            write()
            names = _names()
            for model in _models():
                rows = [row for row in model._default_manager.all() if row.pk not in before[model]]
                found[model._meta.label] = Counter(_told(row, names) for row in rows)
            raise _Rollback
    except _Rollback:
        return found


def _models() -> Iterator[type[Model]]:
    return (model for label in OURS for model in apps.get_app_config(label).get_models())


def _names() -> dict[int, str]:
    """Every id of an account, a status or a medium, by its place among them."""
    names: dict[int, str] = {}
    for what in (Account, Credential, AgeDeclaration, Consent, Status, MediaAttachment):
        for place, pk in enumerate(what._default_manager.order_by("pk").values_list("pk", flat=True)):
            names.setdefault(int(pk), f"{what.__name__} {place}")
    return names


def _told(row: Model, names: dict[int, str]) -> tuple[Any, ...]:
    """Column by column; of a group's key what it is about, without the hour in which it began."""
    told = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in UNLIKE or (field.primary_key and field.remote_field is None):
            continue
        if isinstance(value, dt.datetime) or (field.name in RANDOM and value):
            value = "there"
        if field.name == "group_key" and value:
            value = [int(part) if part.isdigit() else part for part in value.split("-")[:-1]]
        told.append((field.name, _without_ids(value, names)))
    return tuple(told)


def _without_ids(value: Any, names: dict[int, str]) -> Any:
    if isinstance(value, dict):
        return tuple((key, _without_ids(one, names)) for key, one in sorted(value.items()))
    if isinstance(value, list):
        return tuple(_without_ids(one, names) for one in value)
    return names.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value
