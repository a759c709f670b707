"""The newest activity of each account in Redis, small enough to keep for everybody, rebuilt from PostgreSQL when missing.

Everything is keyed by what it is about, so an event that is read a second time changes nothing:
`bots:{account}:posts` holds status id -> link flag and sketch; `:following` and `:followers` are sorted sets of account ids.
No text is kept. A sketch is of 66 bytes at most, so a full account takes under 20 KB.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from common.events import Recorded
from common.ids import moment_of
from common.redis import client
from feed.queries.activity import PostedStatus, newest_followed, newest_followers, newest_posted, posted
from identity.queries.personhood import personhood_of
from moderation.engines.activity import NEWEST_FOLLOWS, NEWEST_POSTS, Activity, Post
from moderation.engines.sketches import LINK, sketch

READS = frozenset(
    {
        "status.posted",
        "status.edited",
        "status.deleted",
        "follow.created",
        "follow.removed",
        "credential.issued",
        "credential.ended",
    }
)
KEPT_SECONDS = 30 * 86_400


def _key(account_id: int, part: str) -> str:
    return f"bots:{account_id}:{part}"


def apply(events: Sequence[Recorded]) -> set[int]:
    """Bring the rings up to date with the events; gives the accounts whose features may have changed."""
    relevant = [event for event in events if event.kind in READS and event.account_id is not None]
    touched = {account_id for event in relevant for account_id in _concerned(event)}
    _rebuild_missing(touched)
    texts = {status.id: status for status in posted(_subjects(relevant, "status.posted", "status.edited"))}
    pipeline = client().pipeline(transaction=False)
    for event in relevant:
        _apply_one(pipeline, event, texts)
    for account_id in touched:
        for part in ("following", "followers"):
            pipeline.zremrangebyrank(_key(account_id, part), 0, -NEWEST_FOLLOWS - 1)
        for part in ("known", "posts", "following", "followers"):
            pipeline.expire(_key(account_id, part), KEPT_SECONDS)
    pipeline.execute()
    return touched


def _subjects(events: Iterable[Recorded], *kinds: str) -> list[int]:
    return [event.subject_id for event in events if event.kind in kinds and event.subject_id is not None]


def _concerned(event: Recorded) -> list[int]:
    """The accounts whose rings an event changes: a follow changes both sides."""
    both = event.kind.startswith("follow.")
    return [each for each in (event.account_id, event.subject_id if both else None) if each is not None]


def _apply_one(pipeline: Any, event: Recorded, texts: dict[int, PostedStatus]) -> None:
    account_id, subject_id = event.account_id, event.subject_id
    match event.kind:
        case "status.posted" | "status.edited" if subject_id in texts and not texts[subject_id].deleted:
            pipeline.hset(_key(texts[subject_id].account_id, "posts"), str(subject_id), _packed(texts[subject_id]))
        case "status.deleted":
            pipeline.hdel(_key(account_id or 0, "posts"), str(subject_id))
        case "follow.created":
            pipeline.zadd(_key(account_id or 0, "following"), {str(subject_id): event.seq})
            pipeline.zadd(_key(subject_id or 0, "followers"), {str(account_id): event.seq})
        case "follow.removed":
            pipeline.zrem(_key(account_id or 0, "following"), str(subject_id))
            pipeline.zrem(_key(subject_id or 0, "followers"), str(account_id))


def _packed(status: PostedStatus) -> bytes:
    return bytes([bool(LINK.search(status.text))]) + sketch(status.text)


def _rebuild_missing(account_ids: Iterable[int]) -> None:
    wanted = sorted(account_ids)
    pipeline = client().pipeline(transaction=False)
    for account_id in wanted:
        pipeline.exists(_key(account_id, "known"))
    for account_id, known in zip(wanted, pipeline.execute(), strict=True):
        if not known:
            _rebuild(account_id)


def _rebuild(account_id: int) -> None:
    # What the database knows beyond the cursor is applied again later, to no effect.
    pipeline = client().pipeline()
    parts = [_key(account_id, part) for part in ("posts", "following", "followers")]
    pipeline.delete(*parts)
    for status in newest_posted(account_id, limit=NEWEST_POSTS):
        pipeline.hset(parts[0], str(status.id), _packed(status))
    # Rows known by nothing but their order: scores below every event's number, newest highest.
    for key, found in (
        (parts[1], newest_followed(account_id, limit=NEWEST_FOLLOWS)),
        (parts[2], newest_followers(account_id, limit=NEWEST_FOLLOWS)),
    ):
        if found:
            pipeline.zadd(key, {str(other): -place for place, (_, other) in enumerate(found, start=1)})
    pipeline.set(_key(account_id, "known"), 1)
    pipeline.execute()


def activities(account_ids: Iterable[int]) -> dict[int, Activity]:
    """What the rings hold of each account, with its personhood, in two round trips whatever their number."""
    wanted = sorted(account_ids)
    pipeline = client().pipeline(transaction=False)
    for account_id in wanted:
        pipeline.hgetall(_key(account_id, "posts"))
        pipeline.zrange(_key(account_id, "following"), 0, -1)
        pipeline.zrange(_key(account_id, "followers"), 0, -1)
    answers = pipeline.execute()
    personhood = personhood_of(wanted)
    found: dict[int, Activity] = {}
    for place, account_id in enumerate(wanted):
        posts, following, followers = answers[3 * place : 3 * place + 3]
        newest = sorted((int(status_id), packed) for status_id, packed in posts.items())
        _forget(account_id, [status_id for status_id, _ in newest[:-NEWEST_POSTS]])
        found[account_id] = Activity(
            posts=tuple(_post(status_id, packed) for status_id, packed in newest[-NEWEST_POSTS:]),
            following=frozenset(int(each) for each in following),
            followers=frozenset(int(each) for each in followers),
            level=personhood[account_id].level,
            credential_since=personhood[account_id].since,
        )
    return found


def _post(status_id: int, packed: bytes) -> Post:
    return Post(at=moment_of(status_id).timestamp(), sketch=packed[1:], has_link=bool(packed[0]))


def _forget(account_id: int, status_ids: list[int]) -> None:
    if status_ids:
        client().hdel(_key(account_id, "posts"), *map(str, status_ids))
