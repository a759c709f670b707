"""Rows of notices, and of the event log: what the operations leave beside the change itself."""

import json

import numpy as np

from common.models import Event
from feed.models import Notice
from feed.queries.notice_groups import BUCKETS, GROUPED, SECONDS_IN_A_BUCKET
from seeds.load.copying import NULL, copy_rows, encoded, instants, numbers
from seeds.load.people import OPERATOR, admitted_as
from seeds.load.plan import NOBODY, PRIVATE, VISIBILITIES, Numbers
from seeds.load.world import World, ids_at

KINDS = (Notice.Kind.FOLLOW, Notice.Kind.MENTION, Notice.Kind.REBLOG, Notice.Kind.FAVOURITE)


def write_notices(world: World, spoken_to: list[list[int]]) -> int:
    """New followers; being spoken to or answered; being shown to others; being liked. Nobody hears of themselves."""
    plan = world.plan
    followed = np.arange(len(plan.follow_source))
    number = _notices(world, Notice.Kind.FOLLOW, plan.follow_target[followed], plan.follow_source, None, world.followed)
    pairs = _spoken_to(world, spoken_to)
    status = pairs[:, 0]
    number += _notices(world, Notice.Kind.MENTION, pairs[:, 1], plan.author[status], status, world.posted[status])
    places = np.flatnonzero(plan.reblogged != NOBODY)
    shown = plan.reblogged[places]
    number += _notices(world, Notice.Kind.REBLOG, plan.author[shown], plan.author[places], shown, world.posted[places])
    others = plan.favourite_account != plan.author[plan.favourite_status]
    liked = plan.favourite_status[others]
    number += _notices(
        world, Notice.Kind.FAVOURITE, plan.author[liked], plan.favourite_account[others], liked, world.liked[others]
    )
    return number


def _spoken_to(world: World, spoken_to: list[list[int]]) -> Numbers:
    """Pairs of a status and whom it names or, where anybody may see it, answers."""
    plan, pairs = world.plan, []
    author = plan.author.tolist()
    for place, (names, above, seen) in enumerate(
        zip(spoken_to, plan.parent.tolist(), plan.visibility.tolist(), strict=True)
    ):
        told = set(names)
        if above != NOBODY and seen != PRIVATE:
            told.add(author[above])
        pairs += [(place, one) for one in sorted(told - {author[place]})]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _notices(
    world: World, kind: Notice.Kind, to: Numbers, by: Numbers, status: Numbers | None, moments: Numbers
) -> int:
    at = instants(moments)
    return copy_rows(
        Notice,
        {
            "id": numbers(ids_at(moments, part=KINDS.index(kind), parts=len(KINDS))),
            "group_key": _group_keys(world, kind, to, status, moments),
            # Nobody has subscribed to be pushed to.
            "pushed_at": at,
            "account_id": numbers(world.accounts[to]),
            "kind": [kind.value] * len(to),
            "from_account_id": numbers(world.accounts[by]),
            "status_id": [NULL] * len(to) if status is None else numbers(world.statuses[status]),
            "created_at": at,
        },
    )


def _group_keys(world: World, kind: Notice.Kind, to: Numbers, status: Numbers | None, moments: Numbers) -> list[str]:
    """As `group_keys` gives them one after another: a group takes what comes within twelve hours of its first."""
    if kind not in GROUPED:
        return [""] * len(to)
    hours = (moments // 1000 // SECONDS_IN_A_BUCKET).tolist()
    about = (
        [kind.value] * len(to) if status is None else [f"{kind.value}-{one}" for one in world.statuses[status].tolist()]
    )
    opened: dict[tuple[int, str], int] = {}
    keys = []
    for receiver, beginning, hour in zip(to.tolist(), about, hours, strict=True):
        first = opened.get((receiver, beginning))
        if first is None or hour - first >= BUCKETS:
            opened[receiver, beginning] = first = hour
        keys.append(f"{beginning}-{first}")
    return keys


def write_events(world: World) -> int:
    """In the order of the operations."""
    plan, accounts = world.plan, numbers(world.accounts)
    kind, level = admitted_as(world)
    issued = json.dumps({"kind": kind, "level": level, "operator": OPERATOR})
    number = _events("account.registered", accounts, accounts, ["{}"] * plan.people, world.joined)
    number += _events("credential.issued", accounts, numbers(world.credentials), [issued] * plan.people, world.joined)
    source, target = (numbers(world.accounts[column]) for column in (plan.follow_source, plan.follow_target))
    number += _events("follow.created", source, target, ["{}"] * len(source), world.followed)
    number += _posted(world, np.flatnonzero(plan.reblogged == NOBODY))
    number += _reblogged(world, np.flatnonzero(plan.reblogged != NOBODY))
    likes = numbers(world.accounts[plan.favourite_account])
    liked = numbers(world.statuses[plan.favourite_status])
    authors = world.accounts[plan.author[plan.favourite_status]].tolist()
    data = [f'{{"author_id": {one}}}' for one in authors]
    return number + _events("favourite.created", likes, liked, data, world.liked)


def _posted(world: World, places: Numbers) -> int:
    plan = world.plan
    parents = plan.parent[places]
    answered = world.accounts[plan.author[np.maximum(parents, 0)]].tolist()
    data = [
        f'{{"visibility": "{VISIBILITIES[seen]}", "made_by": "human", "in_reply_to_account_id": {answered_one}}}'
        for seen, answered_one in zip(
            plan.visibility[places].tolist(),
            (one if above != NOBODY else "null" for one, above in zip(answered, parents.tolist(), strict=True)),
            strict=True,
        )
    ]
    authors = numbers(world.accounts[plan.author[places]])
    return _events("status.posted", authors, numbers(world.statuses[places]), data, world.posted[places])


def _reblogged(world: World, places: Numbers) -> int:
    plan = world.plan
    shown = plan.reblogged[places]
    data = [
        f'{{"reblog_id": {one}, "author_id": {author}, "visibility": "public"}}'
        for one, author in zip(
            world.statuses[places].tolist(), world.accounts[plan.author[shown]].tolist(), strict=True
        )
    ]
    by = numbers(world.accounts[plan.author[places]])
    return _events("reblog.created", by, numbers(world.statuses[shown]), data, world.posted[places])


def _events(kind: str, account: list[str], subject: list[str], data: list[str], moments: Numbers) -> int:
    return copy_rows(
        Event,
        {
            "kind": [kind] * len(account),
            "account_id": account,
            "subject_id": subject,
            "data": [encoded(one) for one in data],
            "at": instants(moments),
        },
    )
