"""What training releases hold of one account, for its archive."""

from collections.abc import Iterator
from typing import Any

from common.archive import ArchivePart
from exports.models import Contribution
from exports.queries.people import records_of
from exports.queries.shares import downloads_of


def exports_parts(account_id: int) -> Iterator[ArchivePart]:
    """Two parts: how many records of the account each release has, and who fetched such releases."""
    about = "How many of your posts are in which training data set: from release number `since` to before `until`."
    yield ArchivePart("training_releases", about, _releases(account_id))
    about = "Who fetched releases with your posts in them, and on which days."
    yield ArchivePart("training_downloads", about, downloads_of(account_id))


def _releases(account_id: int) -> Iterator[dict[str, Any]]:
    rows = Contribution.objects.filter(account_id=account_id).order_by("pk").select_related("dataset__recipient")
    for row in rows:
        still_in = row.until is None
        yield {
            "dataset__purpose": row.dataset.purpose,
            "dataset__recipient__name": row.dataset.recipient.name,
            "records": records_of(account_id, dataset_id=row.dataset_id) if still_in else row.records,
            "since": row.since,
            "until": row.until,
        }
