"""Rows of people whose texts may be used for training: adults, admitted as unique before they said anything, who agreed."""

import json
from collections.abc import Sequence

from common.models import Event
from identity.models import AgeDeclaration, Consent
from identity.queries.age import ADULT
from identity.queries.policies import policy_of
from seeds.load.copying import copy_rows, encoded, instants, numbers
from seeds.load.world import World, ids_at

REGION = "DE"
DECLARED = {"met": True, "region": REGION, "adult": True}


def write_ages(world: World) -> int:
    """Everybody says to be an adult, a moment after joining."""
    people, ids = world.plan.people, numbers(ids_at(world.joined + 2))
    rows = copy_rows(
        AgeDeclaration,
        {
            "id": ids,
            "account_id": numbers(world.accounts),
            "region": [REGION] * people,
            "over": [str(ADULT)] * people,
            "met": ["t"] * people,
            "method": [AgeDeclaration.Method.OVER.value] * people,
            "at": instants(world.joined),
        },
    )
    return rows + _events("age.declared", world, ids, DECLARED)


def write_consents(world: World, purposes: Sequence[str]) -> int:
    """Everybody gives each of these consents, to its newest text. Raises ValueError for an unknown purpose."""
    number, people = 0, world.plan.people
    for place, purpose in enumerate(purposes):
        policy = policy_of(purpose)
        if policy is None:
            raise ValueError(f"There is no purpose named {purpose}.")
        ids = numbers(ids_at(world.joined + 3, part=place, parts=len(purposes)))
        number += copy_rows(
            Consent,
            {
                "id": ids,
                "account_id": numbers(world.accounts),
                "purpose": [purpose] * people,
                "given": ["t"] * people,
                "policy_version": [policy.version] * people,
                "text_sha256": [policy.text_sha256] * people,
                "at": instants(world.joined),
            },
        )
        number += _events("consent.given", world, ids, {"purpose": purpose})
    return number


def _events(kind: str, world: World, subjects: list[str], data: dict[str, object]) -> int:
    people = world.plan.people
    columns = {
        "kind": [kind] * people,
        "account_id": numbers(world.accounts),
        "subject_id": subjects,
        "data": [encoded(json.dumps(data))] * people,
        "at": instants(world.joined),
    }
    return copy_rows(Event, columns)
