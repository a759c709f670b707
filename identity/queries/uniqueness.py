"""Who is near this face: an exact scan of every code of every live epoch.

A neighbour that is missed is a person admitted twice, so no approximate index ever speaks here. pgvector's `<~>` counts
the differing bits with the processor's own instruction; without an index on the column PostgreSQL reads every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from identity.engines.codes import CODE_BITS, bit_string
from identity.models import DistinctPeople, KeyEpoch

MOST_CANDIDATES = 1000
COUNTED_UP_TO = 10_000
# Clearly nearer to the twin than to oneself, it may be the twin who shows their face in this account. Two captures of one
# puppet lay up to 0.054 apart in their distances to a third; two sittings of a living person differ by more.
CLEARLY_NEARER = 0.1
SCAN = f"""
with near as materialized (
    select id, person_id, code <~> %(code)s::bit({CODE_BITS}) as differing
    from identity_template
    where key_epoch = %(epoch)s and code <~> %(code)s::bit({CODE_BITS}) <= %(within)s
    order by differing limit {MOST_CANDIDATES}
)
select near.person_id, p.account_id, near.differing, s.code::text
from near join identity_person p on p.id = near.person_id
left join identity_secondopinion s on s.template_id = near.id
order by near.differing
"""  # noqa: S608  # only our own two constants are put in


@dataclass(frozen=True, slots=True)
class Codes:
    """One face under the keys of one epoch: the leading code, searched, and the second opinion's, compared afterwards."""

    epoch: int
    leading: bytes
    second: bytes


class EpochsChanged(Exception):
    """A key epoch began or ended since the codes were made: make them again with the present keys, and ask again."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody near. Distances are shares of differing bits; the second is None where no second code is stored."""

    person_id: int
    account_id: int | None
    distance: float
    second_distance: float | None


def enrolled() -> int:
    """How many people have a code: counted while they are few, then as PostgreSQL's statistics have it."""
    with connection.cursor() as cursor:
        cursor.execute("select reltuples::bigint from pg_class where oid = 'identity_template'::regclass")
        (estimate,) = cursor.fetchone()
        if estimate < COUNTED_UP_TO:
            cursor.execute("select count(*) from identity_template")
            (estimate,) = cursor.fetchone()
    return int(estimate)


def candidates(faces: Sequence[Codes], *, within: float, of_account: int | None = None) -> list[Candidate]:
    """Everybody at most `within` from the face, nearest first, at most `MOST_CANDIDATES` of each epoch. `faces` has one entry an epoch.

    For `of_account`, whose own code must be among them, leaves out the people whom a reviewer has told apart from its
    person. A newcomer has no such marks, so somebody near both of two twins is near two people.

    Raises EpochsChanged when those are not the live epochs of this moment: somebody could be missed. Epochs change under
    the lock of decisions only, so inside it the answer holds until the transaction ends.
    """
    live = set(KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE).values_list("number", flat=True))
    if live != {face.epoch for face in faces}:
        raise EpochsChanged(f"The codes are of other key epochs than the live ones, {sorted(live)}.")
    found = []
    with connection.cursor() as cursor:
        for face in faces:
            parameters: dict[str, str | int] = {
                "code": bit_string(face.leading),
                "epoch": face.epoch,
                "within": int(within * CODE_BITS),
            }
            cursor.execute(SCAN, parameters)
            for person_id, account_id, differing, second in cursor.fetchall():
                found.append(Candidate(person_id, account_id, differing / CODE_BITS, _second(face.second, second)))
    near = sorted(found, key=lambda candidate: candidate.distance)
    return near if of_account is None else _without_those_told_apart(near, of_account)


def _without_those_told_apart(near: list[Candidate], account_id: int) -> list[Candidate]:
    own = next((candidate for candidate in near if candidate.account_id == account_id), None)
    if own is None:
        # The mark is of the person, not of the account: whoever shows another face there has no part in it.
        return near
    pairs = DistinctPeople.objects.filter(Q(first=own.person_id) | Q(second=own.person_id)).values_list(
        "first", "second"
    )
    apart = {person_id for pair in pairs for person_id in pair} - {own.person_id}
    return [each for each in near if each.person_id not in apart or each.distance < own.distance - CLEARLY_NEARER]


def _second(ours: bytes, theirs: str | None) -> float | None:
    if theirs is None:
        return None
    return (int.from_bytes(ours) ^ int(theirs, 2)).bit_count() / CODE_BITS
