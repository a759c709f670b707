"""Accounts by the beginning of their name, or of the words of what they call themselves."""

from django.db.models import BooleanField, Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from feed.models import Follow, Profile
from feed.queries.blocking import blocks
from feed.queries.hosts import is_own_host
from feed.queries.search.words import MOST_WORDS, beginning_query
from identity.models import Account

# The names with a short beginning are many; those with most followers among so many are shown.
CANDIDATES = 500
MATCHES = "to_tsvector('pg_catalog.simple'::regconfig, feed_profile.display_name) @@ to_tsquery('simple', %s)"


def search_accounts(
    *, text: str, limit: int, offset: int = 0, viewer_id: int | None = None, following: bool = False
) -> list[Profile]:
    """Accounts that may be found: the very name first, then those that the viewer follows, then by followers.

    `following` leaves out all whom the viewer does not follow.
    """
    name, _, host = text.strip().lstrip("@")[:100].partition("@")
    if not name or (host and not is_own_host(host)):
        return []
    lowered = name.lower()
    usernames = Account.objects.annotate(lowered=Lower("username")).filter(lowered__startswith=lowered)
    named = list(usernames.values_list("pk", flat=True)[:CANDIDATES])
    query = beginning_query(name.split()[:MOST_WORDS])
    by_words = Profile.objects.filter(RawSQL(MATCHES, [query], output_field=BooleanField()))  # noqa: S611 (a parameter)
    shown = list(by_words.order_by("-followers_count").values_list("pk", flat=True)[:CANDIDATES])
    found = Profile.objects.filter(
        pk__in={*named, *shown}, account__is_active=True, restriction=Profile.Restriction.NONE
    ).select_related("account")
    exact = Q(account__username__iexact=name)
    follows = Follow.objects.filter(source_id=viewer_id or 0, target_id=OuterRef("pk"), pending=False)
    followed = Q(Exists(follows))
    # The very name finds also those who do not want to be discovered.
    found = found.filter(followed if following else Q(discoverable=True) | exact | followed)
    if viewer_id is not None:
        # Whom the viewer blocks is found: one looks for them to take the block back.
        found = found.exclude(blocks(viewer_id))
    ranked = found.annotate(
        rank=Case(
            When(exact, then=Value(0)), When(followed, then=Value(1)), default=Value(2), output_field=IntegerField()
        )
    )
    return list(ranked.order_by("rank", "-followers_count", "pk")[offset : offset + limit])
