"""What the operator's pages show beside the rows themselves."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from exports.models import Acknowledgement, Dataset, Download, Recipient, Release

LATELY = dt.timedelta(days=30)
MOST_RELEASES = 40


@dataclass(frozen=True)
class Use:
    """What a recipient, or the recipient of one release, has fetched; `lately` is the last 30 days."""

    last_seen: dt.datetime | None
    files: int
    bytes: int
    files_lately: int
    bytes_lately: int
    refused_lately: int


@dataclass(frozen=True)
class Holding:
    """How far a recipient says it is with one dataset."""

    dataset: Dataset
    newest: int
    acknowledged: int
    acknowledged_at: dt.datetime | None


def with_newest_release(datasets: "QuerySet[Dataset]") -> "QuerySet[Dataset]":
    """Each with `newest_number`, `newest_records`, `newest_published` (None before the first) and `building_since`."""
    of_dataset = Release.objects.filter(dataset=OuterRef("pk"))
    done = of_dataset.exclude(state=Release.State.BUILDING).order_by("-number")
    building = of_dataset.filter(state=Release.State.BUILDING)
    return datasets.annotate(
        newest_number=Subquery(done.values("number")[:1]),
        newest_records=Subquery(done.values("records")[:1]),
        newest_published=Subquery(done.values("published_at")[:1]),
        building_since=Subquery(building.values("started_at")[:1]),
    )


def with_last_download(recipients: "QuerySet[Recipient]") -> "QuerySet[Recipient]":
    """Each with `last_seen`, None where it never fetched anything, and its number of `open_datasets`."""
    newest = Download.objects.filter(recipient=OuterRef("pk")).order_by("-at")
    return recipients.annotate(
        last_seen=Subquery(newest.values("at")[:1]),
        open_datasets=Count("datasets", filter=Q(datasets__active=True)),
    )


def history_of(dataset_id: int) -> list[Release]:
    """The newest 40 releases that were published, oldest first."""
    done = Release.objects.filter(dataset_id=dataset_id).exclude(state=Release.State.BUILDING)
    return list(done.order_by("-number")[:MOST_RELEASES])[::-1]


def use_by(recipient_id: int) -> Use:
    """What one recipient fetched."""
    return _use(Download.objects.filter(recipient_id=recipient_id))


def use_of(release_id: int) -> Use:
    """What was fetched of one release."""
    return _use(Download.objects.filter(release_id=release_id))


def _use(downloads: "QuerySet[Download]") -> Use:
    answered, lately = Q(status__lt=400), Q(at__gt=timezone.now() - LATELY)
    sums = downloads.aggregate(
        last_seen=Max("at"),
        files=Count("pk", filter=answered),
        total=Sum("bytes", filter=answered, default=0),
        files_lately=Count("pk", filter=answered & lately),
        bytes_lately=Sum("bytes", filter=answered & lately, default=0),
        refused_lately=Count("pk", filter=~answered & lately),
    )
    return Use(bytes=sums.pop("total"), **sums)


def holdings_of(recipient_id: int) -> list[Holding]:
    """Of each of a recipient's datasets the newest release and the newest that it has acknowledged."""
    acknowledged = {
        dataset_id: (number, at)
        for dataset_id, number, at in Acknowledgement.objects.filter(release__dataset__recipient_id=recipient_id)
        .order_by("release__dataset", F("release__number").desc())
        .distinct("release__dataset")
        .values_list("release__dataset", "release__number", "at")
    }
    found = []
    for dataset in with_newest_release(Dataset.objects.filter(recipient_id=recipient_id)).order_by("pk"):
        number, at = acknowledged.get(dataset.pk, (0, None))
        found.append(Holding(dataset, getattr(dataset, "newest_number", None) or 0, number, at))
    return found
