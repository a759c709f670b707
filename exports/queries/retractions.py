"""What was taken back, as a feed."""

from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from exports.models import Dataset
from exports.queries.files import stored_file
from exports.queries.releases import releases_of

RELEASES_AT_A_TIME = 50
ROWS_AT_A_TIME = 10_000
PATH = "retractions.parquet"


@dataclass(frozen=True)
class Retractions:
    """One page. Ask next with `since` and, where it is not 0, `offset`: a release's rows may fill several pages."""

    rows: list[dict[str, Any]]
    since: int
    offset: int


def retractions_since(dataset: Dataset, *, since: int, offset: int = 0) -> Retractions:
    """Up to 10,000 of the records that releases after `since` took back, from `offset` in the first of them."""
    rows: list[dict[str, Any]] = []
    for release in releases_of(dataset, since=since)[:RELEASES_AT_A_TIME]:
        if release.retracted:
            with stored_file(release, PATH).open() as file:
                table = pq.read_table(file, partitioning=None)
            taken = table.slice(offset, ROWS_AT_A_TIME - len(rows)).to_pylist()
            rows.extend({**row, "release": release.number} for row in taken)
            if offset + len(taken) < table.num_rows:
                return Retractions(rows, since, offset + len(taken))
        since, offset = release.number, 0
    return Retractions(rows, since, 0)
