"""Deletes what a closed account left in feed: words, pictures and their files, relations. Safe to run twice."""

from django.db import transaction

from common import events
from feed.jobs.erase_interactions import forget_interactions
from feed.jobs.erase_notices import forget_notices
from feed.jobs.erase_reading import forget_reading
from feed.jobs.erase_relations import forget_relations
from feed.jobs.erase_writing import forget_writing
from feed.jobs.media_files import remove
from feed.models import Generation, Marker, MediaAttachment, Mention, Profile, Status, TrainingHold
from feed.queries import home_store

ACCOUNTS_IN_A_SWEEP = 20


def erase_closed_accounts() -> int:
    """Accounts that are closed and still have a profile here; gives their number. Until then nobody is shown anything of them."""
    closed = Profile.objects.filter(account__closed_at__isnull=False).order_by("pk")
    ids = list(closed.values_list("pk", flat=True)[:ACCOUNTS_IN_A_SWEEP])
    for account_id in ids:
        erase_closed_account(account_id)
    return len(ids)


def erase_closed_account(account_id: int) -> None:
    """Files first: whoever dies between the two finds the rows again. The profile goes last, and says that all is done."""
    attached = MediaAttachment.objects.filter(account_id=account_id).values_list("file", "preview", "original")
    shown = Profile.objects.filter(pk=account_id, account__closed_at__isnull=False)
    pictures = shown.values_list("avatar", "avatar_static", "header", "header_static")
    for paths in (*attached, *pictures):
        remove(*(path for path in paths if path))
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(pk=account_id, account__closed_at__isnull=False).first()
        if profile is None:
            return
        forget_interactions(account_id)
        forget_notices(account_id)
        forget_reading(account_id)
        forget_relations(account_id)
        forget_writing(account_id)
        Generation.objects.filter(account_id=account_id).delete()
        MediaAttachment.objects.filter(account_id=account_id).delete()
        Mention.objects.filter(account_id=account_id).delete()
        Marker.objects.filter(account_id=account_id).delete()
        TrainingHold.objects.filter(account_id=account_id).delete()
        _tell_of_lost_quotes(account_id)
        Status.objects.filter(account_id=account_id).delete()
        profile.delete()
    home_store.drop(account_id)


def _tell_of_lost_quotes(account_id: int) -> None:
    """Once the rows are gone nobody could say who quoted them."""
    quoting = Status.objects.filter(quote_of__account_id=account_id, deleted_at=None).exclude(account_id=account_id)
    rows = quoting.values_list("account_id", "pk")
    events.record_all("quote.lost", [(who, pk, {"author_id": account_id}) for who, pk in rows])
