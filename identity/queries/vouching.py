"""Reads of the vouch graph: an edge goes from a referee's account to the account that they vouched for."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import timezone

from common.problems import NotFound
from identity.engines.referee_attester import VouchedFor, Word
from identity.models import Credential, Referee, Vouch

COUNTS_FOR = dt.timedelta(days=90)
# What shows a human by itself: whoever holds one of these stands without anybody's word.
OF_ITS_OWN = (Credential.Kind.FACE, Credential.Kind.WORLD_ID, Credential.Kind.OPERATOR)

# A word once signed stays an edge for ever: that it has ended does not undo on whom somebody came to rest.
EDGES = """
    select r.account_id as giver, v.account_id as taker
    from identity_vouch v join identity_referee r on r.id = v.referee_id
    where v.signed_at is not null
"""
# `union`, not `union all`: what was found already is not walked again, so the walk ends whatever the graph is.
ANCESTORS = f"""
with recursive edge as ({EDGES}), up(account_id) as (
    select giver from edge where taker = %(account)s
    union
    select edge.giver from up join edge on edge.taker = up.account_id
)
select account_id from up
"""  # noqa: S608  # only our own constant is put in
RESTS_ON = f"""
with recursive edge as ({EDGES}), up(account_id) as (
    select %(account)s::bigint
    union
    select edge.giver from up join edge on edge.taker = up.account_id
    where not exists (
        select 1 from identity_credential c
        where c.account_id = up.account_id and c.ended_at is null and c.expires_at > %(now)s and c.kind = any(%(own)s)
    )
)
select account_id from up
"""  # noqa: S608


def vouched_for_through_others(account_id: int) -> set[int]:
    """Everybody from whom a chain of vouches leads to this account."""
    return _walk(ANCESTORS, account=account_id)


def rests_on(account_id: int) -> frozenset[int]:
    """The account, and those on whose word alone it stands, and those on whose word alone they stand."""
    return frozenset(_walk(RESTS_ON, account=account_id, now=timezone.now(), own=[kind.value for kind in OF_ITS_OWN]))


def vouched_for(account_id: int) -> VouchedFor:
    """The signed words for an account, with their referees as they stand now.

    What was said before a credential of referees was ended for a reason counts no more: it would undo that end.
    """
    rows = Vouch.objects.filter(account_id=account_id, signed_at__isnull=False, ended_at=None, referee__isnull=False)
    ended = Credential.objects.filter(account_id=account_id, kind=Credential.Kind.REFEREE).exclude(end_reason="renewed")
    if last := ended.aggregate(at=Max("ended_at"))["at"]:
        rows = rows.filter(signed_at__gt=last)
    words = []
    for row in rows.select_related("referee"):
        if row.referee and row.signed_at:
            words.append(word_of(row.referee, row.signed_at))
    return VouchedFor(words, timezone.now(), settings.REFEREE_TRUSTED_FOR, COUNTS_FOR)


def word_of(referee: Referee, signed_at: dt.datetime) -> Word:
    """What the referee's word of that moment is worth now."""
    direct = Vouch.objects.filter(account_id=referee.account_id, signed_at__isnull=False, referee__isnull=False)
    return Word(
        referee=referee.account_id,
        signed_at=signed_at,
        trusted_since=referee.trusted_since,
        doubted=referee.doubted or not referee.account.is_active,
        vouched_by=frozenset(direct.values_list("referee__account_id", flat=True)),
        rests_on=rests_on(referee.account_id),
    )


def live_referee(account_id: int) -> Referee | None:
    """The account's role, while it lasts."""
    return Referee.objects.filter(account_id=account_id, ended_at=None, account__is_active=True).first()


def signed_within(account_id: int, *, days: int) -> int:
    """How many words the account's person has signed as a referee in so many days."""
    since = timezone.now() - dt.timedelta(days=days)
    return Vouch.objects.filter(referee__account_id=account_id, signed_at__gt=since).count()


def resting_on_word_of(account_id: int) -> list[int]:
    """Accounts with a live credential of referees, for which this account's person gave a word."""
    taken = Vouch.objects.filter(referee__account_id=account_id, signed_at__isnull=False, ended_at=None)
    live = Credential.objects.filter(
        account_id__in=taken.values("account_id"),
        kind=Credential.Kind.REFEREE,
        ended_at=None,
        expires_at__gt=timezone.now(),
    )
    return list(live.order_by("account_id").values_list("account_id", flat=True).distinct())


def own_vouch(*, vouch_id: int, account_id: int) -> Vouch:
    """A vouch that the account's person gives as a referee. Raises NotFound, also for somebody else's."""
    found = Vouch.objects.select_related("referee").filter(pk=vouch_id, referee__account_id=account_id).first()
    if found is None:
        raise NotFound("You have given no word with this id.", code="no_vouch")
    return found


def vouches_given(account_id: int) -> QuerySet[Vouch]:
    """Words of the account's person as a referee, signed or begun, newest first."""
    return Vouch.objects.select_related("account", "referee__account").filter(referee__account_id=account_id)


def vouches_received(account_id: int) -> QuerySet[Vouch]:
    """Words for the account, newest first."""
    return Vouch.objects.select_related("account", "referee__account").filter(
        account_id=account_id, signed_at__isnull=False
    )


def _walk(query: str, **parameters: int | dt.datetime | list[str]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return {account_id for (account_id,) in cursor.fetchall()}
