"""What training releases hold of one account, for its archive."""

from collections.abc import Iterator

from common.archive import ArchivePart
from exports.models import Contribution
from exports.queries.shares import downloads_of


def exports_parts(account_id: int) -> Iterator[ArchivePart]:
    """Two parts: how many records of the account each release has, and who fetched such releases."""
    rows = Contribution.objects.filter(account_id=account_id).order_by("pk")
    shown = ("dataset__purpose", "dataset__recipient__name", "records", "since", "until")
    about = "How many of your posts are in which training data set: from release number `since` to before `until`."
    yield ArchivePart("training_releases", about, rows.values(*shown))
    about = "Who fetched releases with your posts in them, and on which days."
    yield ArchivePart("training_downloads", about, downloads_of(account_id))
