"""Everybody who is admitted as a unique living human, as one query: exports ask about all of them."""

import datetime as dt
from collections.abc import Collection
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from common.id_sets import one_of
from identity.engines.admission_policy import LEVELS, Policy, Requirement
from identity.models import Credential, PresenceDemand
from identity.queries.personhood import admission_policy


def unique_humans(account_ids: Collection[int] | None = None) -> "QuerySet[Credential, tuple[int, str, dt.datetime]]":
    """Of these accounts, or of all, those whom `personhood_of` calls unique and admitted; usable as a subquery.

    Rows of `account_id`, `method` and `since`, when the account was first found to be a unique living human's, by a
    credential that may have ended since.
    """
    now = timezone.now()
    live, unique = Q(ended_at=None, expires_at__gt=now), Q(level=Credential.Level.UNIQUE)
    overdue = PresenceDemand.objects.filter(account=OuterRef("account"), met_at=None, deadline__lt=now)
    held = Credential.objects.filter(~Exists(overdue), account__is_active=True)
    if account_ids is not None:
        held = held.filter(one_of("account_id", account_ids))
    columns: dict[str, BoolOr] = {}
    admitted = _met(admission_policy(), columns, live, now)
    # The one that lasts longest speaks for the account, as in `personhood_of`.
    methods = ArrayAgg("method", filter=live & unique, order_by=("-expires_at", "pk"))
    people = held.values("account_id").alias(**columns, methods=methods).filter(admitted, methods__isnull=False)
    found = people.annotate(method=F("methods__0"), since=Min("issued_at", filter=unique))
    return found.values_list("account_id", "method", "since")


def _met(policy: Policy, columns: dict[str, BoolOr], live: Q, now: dt.datetime) -> Q:
    """What `Policy.met` says of an account's live credentials, as a condition; adds the columns that it names."""
    if isinstance(policy, Requirement):
        name = f"met_{len(columns)}"
        columns[name] = BoolOr(live & _meets(policy, now))
        return Q(**{name: True})
    parts = [_met(part, columns, live, now) for part in policy.parts]
    return reduce(and_ if policy.every else or_, parts)


def _meets(requirement: Requirement, now: dt.datetime) -> Q:
    meets = Q(kind=requirement.kind, level__in=LEVELS[LEVELS.index(requirement.level) :])
    return meets if requirement.newer_than is None else meets & Q(issued_at__gte=now - requirement.newer_than)
