"""Rows of people and of who follows whom."""

import datetime as dt

import numpy as np
from django.conf import settings
from django.contrib.auth.hashers import make_password

from feed.models import Follow, Profile
from identity.models import Account, Credential
from identity.operations.admission import METHOD
from seeds.load.copying import NULL, copy_rows, encoded, instants, numbers
from seeds.load.texts import username
from seeds.load.world import World

OPERATOR = "load"
# Of simulated people, on development machines alone; hashed once for all of them, as once for each would take days.
PASSWORD = "correct horse battery staple"  # noqa: S105


def admitted_as(world: World) -> tuple[str, str]:
    """Kind and level of everybody's credential. The method says in any case that nobody was there."""
    if world.purposes:
        return Credential.Kind.FACE.value, Credential.Level.UNIQUE.value
    return Credential.Kind.OPERATOR.value, Credential.Level.SIMULATED.value


def write_accounts(world: World) -> int:
    """Logins that all have the same password."""
    people = world.plan.people
    return copy_rows(
        Account,
        {
            "id": numbers(world.accounts),
            "username": [username(place) for place in range(people)],
            "password": [encoded(make_password(PASSWORD))] * people,
            "date_joined": instants(world.joined),
        },
    )


def write_credentials(world: World) -> int:
    """Each is admitted as `admit_simulated` admits; those who agreed to something, as a face would have been."""
    people = world.plan.people
    kind, level = admitted_as(world)
    lasting = int(settings.CREDENTIAL_VALID_FOR / dt.timedelta(milliseconds=1))
    return copy_rows(
        Credential,
        {
            "id": numbers(world.credentials),
            "account_id": numbers(world.accounts),
            "kind": [kind] * people,
            "level": [level] * people,
            "method": [METHOD] * people,
            "issued_at": instants(world.joined),
            "expires_at": instants(world.joined + lasting),
        },
    )


def write_profiles(world: World) -> int:
    """With the numbers that following and posting leave there."""
    plan = world.plan
    newest = np.zeros(plan.people, dtype=np.int64)
    np.maximum.at(newest, plan.author, world.posted)
    return copy_rows(
        Profile,
        {
            "account_id": numbers(world.accounts),
            "followers_count": numbers(np.bincount(plan.follow_target, minlength=plan.people)),
            "following_count": numbers(np.bincount(plan.follow_source, minlength=plan.people)),
            "statuses_count": numbers(np.bincount(plan.author, minlength=plan.people)),
            "last_status_at": [
                text if at else NULL for text, at in zip(instants(newest), newest.tolist(), strict=True)
            ],
            "last_active_at": [encoded(world.now) if one else NULL for one in plan.active.tolist()],
        },
    )


def write_follows(world: World) -> int:
    """Nobody here is locked, so none waits for an answer."""
    return copy_rows(
        Follow,
        {
            "id": numbers(world.follows),
            "source_id": numbers(world.accounts[world.plan.follow_source]),
            "target_id": numbers(world.accounts[world.plan.follow_target]),
            "at": instants(world.followed),
        },
    )
