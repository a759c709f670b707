"""Choices among generated images that may be used for training.

Nobody is asked to choose: who has several images made of one prompt and posts one of them has chosen.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from feed.models import Generation
from feed.queries.training.authors import ConsentedAuthor, batches, consented_authors
from feed.queries.training.images import StoredImage, stored
from feed.queries.training.statuses import eligible_statuses

# Images of one prompt that were asked for within this time of the first are candidates for one choice.
ONE_SITTING = dt.timedelta(hours=1)
MOST_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """One generated image and the engine that made it."""

    image: StoredImage
    engine: str


@dataclass(frozen=True, slots=True)
class ConsentedChoice:
    """The posted image and those of the same prompt that were there when it was posted and are attached to nothing."""

    prompt: str
    author: ConsentedAuthor
    status_id: int
    sensitive: bool
    chosen: Candidate
    rejected: tuple[Candidate, ...]
    created_at: dt.datetime


def consented_choices(*, purpose: str, account_ids: Collection[int] | None = None) -> Iterator[ConsentedChoice]:
    """The choices of these accounts, or of all, in no particular order.

    A choice is: one account, one prompt and size, two to `MOST_CANDIDATES` finished images asked for within
    `ONE_SITTING`; exactly one of them attached to a status, deleted ones included, and that status passes the gate.
    """
    authors = consented_authors(purpose=purpose, account_ids=account_ids)
    for batch in batches(iter(authors)):
        made = Generation.objects.filter(account_id__in=batch, state=Generation.State.DONE, media__isnull=False)
        posts = eligible_statuses(purpose=purpose, account_ids=batch).filter(media__generation__isnull=False)
        passing = set(posts.values_list("pk", flat=True))
        rows = made.select_related("media__status").order_by("account_id", "prompt", "width", "height", "pk")
        for _, alike in groupby(rows, key=lambda one: (one.account_id, one.prompt, one.width, one.height)):
            for sitting in _sittings(alike):
                if choice := _choice(sitting, authors, passing):
                    yield choice


def _sittings(generations: Iterator[Generation]) -> Iterator[list[Generation]]:
    sitting: list[Generation] = []
    for generation in generations:
        if sitting and generation.created_at - sitting[0].created_at >= ONE_SITTING:
            yield sitting
            sitting = []
        sitting.append(generation)
    if sitting:
        yield sitting


def _choice(
    sitting: list[Generation], authors: dict[int, ConsentedAuthor], passing: Collection[int]
) -> ConsentedChoice | None:
    attached = [one for one in sitting if one.media and one.media.status_id is not None]
    if len(attached) != 1 or not 2 <= len(sitting) <= MOST_CANDIDATES:
        return None
    chosen = attached[0]
    status = chosen.media.status if chosen.media else None
    if status is None or status.pk not in passing or not authors[chosen.account_id].may_give(status.created_at):
        return None
    # What was not there yet could not be chosen.
    there = [one for one in sitting if one is not chosen and one.finished_at and one.finished_at <= status.created_at]
    rejected = tuple(Candidate(stored(one.media), one.engine) for one in there if one.media)
    if not rejected:
        return None
    return ConsentedChoice(
        prompt=chosen.prompt,
        author=authors[chosen.account_id],
        status_id=status.pk,
        sensitive=status.sensitive,
        chosen=Candidate(stored(chosen.media), chosen.engine) if chosen.media else rejected[0],
        rejected=rejected,
        created_at=status.created_at,
    )
