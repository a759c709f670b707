"""Reads of archives: a person sees their own."""

from django.db.models import QuerySet

from common.problems import NotFound
from identity.models import Archive


def archives_of(*, account_id: int) -> QuerySet[Archive]:
    """Every archive that the account has asked for."""
    return Archive.objects.filter(account_id=account_id)


def own_archive(*, account_id: int, archive_id: int) -> Archive:
    """One of them. Raises NotFound, also for somebody else's."""
    found = archives_of(account_id=account_id).filter(pk=archive_id).first()
    if found is None:
        raise NotFound("You have no archive with this id.", code="no_archive")
    return found
