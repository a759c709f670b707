"""Rows of statuses and of what hangs on them."""

import numpy as np
from django.conf import settings

from common.languages import identify
from feed.models import Favourite, MediaAttachment, Mention, Status, StatusTag, Tag
from seeds.load.copying import NULL, copy_rows, encoded, instants, numbers
from seeds.load.pictures import PICTURES, described, upload
from seeds.load.plan import NOBODY, PRIVATE, VISIBILITIES, Numbers
from seeds.load.texts import Texts
from seeds.load.world import World, ids_at


def roots(parent: Numbers) -> Numbers:
    """Where the thread of each status began: a status's parent always stands before it."""
    found: list[int] = []
    for place, above in enumerate(parent.tolist()):
        found.append(place if above == NOBODY else found[above])
    return np.array(found, dtype=np.int64)


def _of(ids: Numbers, places: Numbers) -> list[str]:
    """Ids of what stands at `places`; NULL for none."""
    known = places != NOBODY
    texts = numbers(ids[np.where(known, places, 0)])
    return [text if one else NULL for text, one in zip(texts, known.tolist(), strict=True)]


def _number_of(places: Numbers, length: int) -> list[str]:
    return numbers(np.bincount(places[places != NOBODY], minlength=length))


def write_statuses(world: World, texts: list[str], languages: list[str]) -> int:
    """Statuses and reblogs, as fanned out: nobody had a timeline before the world was."""
    plan, total = world.plan, world.plan.statuses
    is_reblog = (plan.reblogged != NOBODY).tolist()
    followers = np.bincount(plan.follow_target, minlength=plan.people)[plan.author]
    thread = _of(world.statuses, roots(plan.parent))
    answered_author = np.where(plan.parent == NOBODY, NOBODY, plan.author[np.maximum(plan.parent, 0)])
    # A reply counts where anybody may see it.
    counted = np.where(plan.visibility == PRIVATE, NOBODY, plan.parent)
    at = instants(world.posted)
    found: list[tuple[str, float | None]] = [
        ("", None) if one else identify(text) for one, text in zip(is_reblog, texts, strict=True)
    ]
    return copy_rows(
        Status,
        {
            "id": numbers(world.statuses),
            "account_id": numbers(world.accounts[plan.author]),
            "text": [encoded(text) for text in texts],
            "language": languages,
            "found_language": [language for language, _ in found],
            "found_language_score": [encoded(score) for _, score in found],
            # What only followers see may be quoted by nobody.
            "quote_policy": ["nobody" if each == PRIVATE else "public" for each in plan.visibility.tolist()],
            "visibility": [VISIBILITIES[each] for each in plan.visibility.tolist()],
            "in_reply_to_id": _of(world.statuses, plan.parent),
            "in_reply_to_account_id": _of(world.accounts, answered_author),
            "root_id": [NULL if one else text for one, text in zip(is_reblog, thread, strict=True)],
            "reblog_of_id": _of(world.statuses, plan.reblogged),
            "replies_count": _number_of(counted, total),
            "reblogs_count": _number_of(plan.reblogged, total),
            "favourites_count": _number_of(plan.favourite_status, total),
            "for_training": ["f" if one else "t" for one in is_reblog],
            "created_at": at,
            "fanned_out_at": at,
            "merged_at_read": [encoded(bool(one)) for one in (followers > settings.FOLLOWERS_FANNED_OUT_TO).tolist()],
        },
    )


def write_mentions(world: World, spoken_to: list[list[int]]) -> int:
    """Whom the statuses name."""
    places = [(status, one) for status, names in enumerate(spoken_to) for one in names]
    if not places:
        return 0
    pairs = np.array(places, dtype=np.int64)
    return copy_rows(
        Mention,
        {
            "status_id": numbers(world.statuses[pairs[:, 0]]),
            "account_id": numbers(world.accounts[pairs[:, 1]]),
        },
    )


def write_tags(world: World, texts: Texts) -> int:
    """Hashtags of statuses, and those that there are at all."""
    places = np.flatnonzero(texts.tag != NOBODY)
    names = [texts.tags[each] for each in texts.tag[places].tolist()]
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(set(names))], ignore_conflicts=True)
    return copy_rows(
        StatusTag,
        {"id": numbers(world.statuses[places]), "status_id": numbers(world.statuses[places]), "name": names},
    )


def write_media(world: World) -> int:
    """The first few are uploaded by their authors; the others are rows that show the same files."""
    places = np.flatnonzero(world.plan.media)
    first, rest = places[:PICTURES], places[PICTURES:]
    uploaded = []
    for number, place in enumerate(first.tolist()):
        media = upload(account_id=int(world.accounts[world.plan.author[place]]), place=number)
        media.status_id = int(world.statuses[place])
        media.save(update_fields=["status"])
        uploaded.append(media)
    if not len(rest):
        return len(uploaded)
    which = (np.arange(len(rest)) + PICTURES) % PICTURES
    given = {"id", "account_id", "status_id", "description", "created_at"}
    shared = [field.attname for field in MediaAttachment._meta.concrete_fields if field.attname not in given]
    columns = {name: [encoded(getattr(each, name)) for each in uploaded] for name in shared}
    columns |= {"description": [encoded(described(each)) for each in range(PICTURES)]}
    rows = {name: [texts[each] for each in which.tolist()] for name, texts in columns.items()}
    rows |= {
        "id": numbers(ids_at(world.posted[rest])),
        "account_id": numbers(world.accounts[world.plan.author[rest]]),
        "status_id": numbers(world.statuses[rest]),
        "created_at": instants(world.posted[rest]),
    }
    return len(uploaded) + copy_rows(MediaAttachment, rows)


def write_favourites(world: World) -> int:
    """Who likes what."""
    return copy_rows(
        Favourite,
        {
            "id": numbers(world.favourites),
            "account_id": numbers(world.accounts[world.plan.favourite_account]),
            "status_id": numbers(world.statuses[world.plan.favourite_status]),
            "at": instants(world.liked),
        },
    )
