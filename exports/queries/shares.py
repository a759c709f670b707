"""Where a person's posts are, and who has fetched them."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, Q

from exports.models import Acknowledgement, Contribution, Dataset, Download, Release
from exports.queries.people import records_of

FETCHED = (200, 206)


@dataclass(frozen=True)
class RecipientShare:
    """What one recipient has, or had, of a person in one dataset.

    `releases` are given out now and hold the person's records, `records` is how many the newest has; None until the next
    one, where an earlier version of Humankind made it. `removal_acknowledged_at` is when the recipient said that it
    holds a release made after the person's records had gone; None where they have not gone, or nothing was said yet.
    """

    recipient: str
    purpose: str
    dataset: str
    region: str
    releases: list[int]
    records: int | None
    first_downloaded_at: dt.datetime | None
    last_downloaded_at: dt.datetime | None
    removal_acknowledged_at: dt.datetime | None


@dataclass(frozen=True)
class Share:
    """In how many releases that are given out a person's posts are, and for how many recipients."""

    releases: int
    recipients: int
    records: int
    by_recipient: list[RecipientShare] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The same in words."""
        return (
            f"Your posts are in {self.releases} release{'s' * (self.releases != 1)}"
            f" for {self.recipients} recipient{'s' * (self.recipients != 1)}."
        )


def share_of(account_id: int) -> Share:
    """Where a person's posts are now, and were."""
    datasets = Dataset.objects.filter(contributions__account_id=account_id).select_related("recipient").distinct()
    shares = [_share_in(dataset, account_id) for dataset in datasets.order_by("id")]
    given_out = [share for share in shares if share.releases]
    return Share(
        releases=sum(len(share.releases) for share in given_out),
        recipients=len({share.recipient for share in given_out}),
        records=sum(share.records or 0 for share in shares),
        by_recipient=shares,
    )


def _share_in(dataset: Dataset, account_id: int) -> RecipientShare:
    own = list(Contribution.objects.filter(dataset=dataset, account_id=account_id).order_by("since"))
    holding = Q(pk__in=[])
    for contribution in own:
        inside = Q(number__gte=contribution.since)
        holding |= inside & Q(number__lt=contribution.until) if contribution.until else inside
    releases = Release.objects.filter(holding, dataset=dataset).exclude(state=Release.State.BUILDING)
    downloads = Download.objects.filter(release__in=releases, status__in=FETCHED, path__startswith="data/").aggregate(
        first=Min("at"), last=Max("at")
    )
    gone_since = None if any(each.until is None for each in own) else max(each.until or 0 for each in own)
    removal = Acknowledgement.objects.filter(release__dataset=dataset, release__number__gte=gone_since or 0)
    return RecipientShare(
        recipient=dataset.recipient.name,
        purpose=dataset.purpose,
        dataset=dataset.name,
        region=dataset.recipient.region,
        releases=list(
            releases.filter(state=Release.State.PUBLISHED).order_by("number").values_list("number", flat=True)
        ),
        records=0 if gone_since else records_of(account_id, dataset_id=dataset.pk),
        first_downloaded_at=downloads["first"],
        last_downloaded_at=downloads["last"],
        removal_acknowledged_at=removal.aggregate(first=Min("at"))["first"] if gone_since else None,
    )


def downloads_of(account_id: int) -> list[dict[str, Any]]:
    """Each recipient's downloads, day by day, of releases that hold a person's records, for the archive."""
    holding = Q(release__dataset__contributions__until=None) | Q(
        release__number__lt=F("release__dataset__contributions__until")
    )
    rows = Download.objects.filter(
        holding,
        release__dataset__contributions__account_id=account_id,
        release__number__gte=F("release__dataset__contributions__since"),
        status__in=FETCHED,
        path__startswith="data/",
    )
    by_day = rows.values(
        "at__date",
        recipient_name=F("recipient__name"),
        purpose=F("release__dataset__purpose"),
        release_number=F("release__number"),
    )
    counted = by_day.annotate(files=Count("path", distinct=True)).order_by("at__date", "release_number")
    return [dict(row) for row in counted]
