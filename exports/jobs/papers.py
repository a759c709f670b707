"""What goes into a release beside its records: statistics, data card, Croissant."""

from pathlib import Path
from typing import Any

from django.conf import settings

from exports.engines import papers
from exports.engines.manifest import ReleaseFile, sha256_of
from exports.jobs.increment.build import Increment
from exports.jobs.increment.retractions import FILE_NAME as RETRACTIONS
from exports.models import Release
from exports.queries.shapes import Shape


def statistics_of(increment: Increment) -> dict[str, Any]:
    """What `statistics.json` says; `counts` are of the whole release, `funnel` of what was read for it."""
    return {
        "records": sum(file.records for file in increment.files),
        "authors": increment.authors,
        "added": increment.added,
        "changed": increment.changed,
        "retracted": increment.retracted,
        "files": len(increment.files),
        "bytes": sum(file.size for file in increment.files),
        "funnel": dict(increment.funnel),
        "counts": increment.counts,
    }


def write_papers(row: Release, increment: Increment, building: Path, *, shape: Shape) -> tuple[ReleaseFile, ...]:
    """Write them into `building`; gives what the manifest says of them, and of the retractions that lie there."""
    told = papers.Told(
        dataset=str(row.dataset_id),
        name=row.dataset.name,
        purpose=row.dataset.purpose,
        number=row.number,
        published=row.published_at.isoformat(timespec="seconds") if row.published_at else "",
        operator=settings.PUBLIC_URL,
        terms=f"{settings.PUBLIC_URL}/api/humankind/v1/exports/terms",
        filter=row.dataset.filter,
        statistics=row.statistics,
        made_with=shape.made_with(),
        schema=shape.schema,
        files={file.path: file.sha256 for file in increment.files},
    )
    for name, content in (
        (papers.STATISTICS, papers.statistics_json(told)),
        (papers.CARD, papers.card(told)),
        (papers.CROISSANT, papers.croissant(told)),
    ):
        (building / name).write_bytes(content)
    rows = {RETRACTIONS: increment.retracted, papers.STATISTICS: 0, papers.CARD: 0, papers.CROISSANT: 0}
    return tuple(
        ReleaseFile(name, sha256_of(building / name), (building / name).stat().st_size, records, 0, row.number)
        for name, records in rows.items()
    )
