"""Who calls, for many calls at once."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from common.prepared import compiled
from feed.models import Filter, Follow, Status
from feed.queries.hot.checking import execute


@dataclass(frozen=True, slots=True)
class Caller:
    """An account with what its token allows.

    `follows_very_many`: it follows an author whose statuses are looked up when home is read, not written into it.
    """

    account_id: int
    scopes: frozenset[str]
    has_filters: bool
    follows_very_many: bool


def callers(values: Collection[str]) -> dict[str, Caller]:
    """The account behind each token, for those that `common.authentication.valid_token` takes and that belong to one."""
    hashed = {get_adapter().hash_token(value): value for value in values}
    rows = execute(_statement(), [list(hashed)])
    return {
        hashed[digest]: Caller(account_id, frozenset(scopes.split()), has_filters, follows_very_many)
        for digest, account_id, scopes, has_filters, follows_very_many in rows
    }


@lru_cache(maxsize=1)
def _statement() -> str:
    lasting = Q(expires_at=None) | Q(expires_at__gt=Now())
    asked = Q(RawSQL('"allauth_idp_oidc_token"."hash" = any(%s)', [ASKED], output_field=BooleanField()))
    rows = Token.objects.filter(asked, lasting, type=Token.Type.ACCESS_TOKEN, user__is_active=True)
    has_filters = Exists(Filter.objects.filter(account_id=OuterRef("user_id")))
    followed = Follow.objects.filter(source_id=OuterRef(OuterRef("user_id")), pending=False)
    merged = Exists(Status.objects.filter(merged_at_read=True, account_id__in=followed.values("target_id")))
    rows = rows.annotate(has_filters=has_filters, follows_very_many=merged)
    return compiled(rows.values_list("hash", "user_id", "scopes", "has_filters", "follows_very_many"), {ASKED: "$1"})


# Stands for the list of hashes while the query is compiled.
ASKED = 9_111_111_111_111_111_112
