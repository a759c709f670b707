"""How many people agree to what. Counts of everybody, for operators and for statistics with noise; nothing of one person."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from identity.models import Account, Consent, Credential


def people_count() -> int:
    """Accounts of people who have shown that they are one unique living human, as it stands now."""
    return _people().count()


def people_by_purpose(purposes: Collection[str]) -> dict[str, int]:
    """How many of them agree to each purpose now; every purpose that was asked for is in the answer."""
    newest = (
        Consent.objects.filter(purpose__in=purposes)
        .order_by("account_id", "purpose", "-id")
        .distinct("account_id", "purpose")
    )
    given = Consent.objects.filter(pk__in=newest.values("pk"), given=True, account__in=_people())
    counted = dict(given.order_by("purpose").values_list("purpose").annotate(Count("pk")))
    return {purpose: counted.get(purpose, 0) for purpose in purposes}


def _people() -> QuerySet[Account]:
    unique = Credential.objects.filter(
        account=OuterRef("pk"), level=Credential.Level.UNIQUE, ended_at=None, expires_at__gt=timezone.now()
    )
    return Account.objects.filter(Exists(unique), is_active=True)
