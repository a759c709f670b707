"""Reads of datasets and releases."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from common.problems import NotAllowed, NotFound
from exports.models import Contribution, Dataset, Recipient, Release


@dataclass(frozen=True)
class Share:
    """In how many releases that are given out a person's posts are, and for how many recipients."""

    releases: int
    recipients: int
    records: int


def recipient_of_client(oauth_client_id: str) -> Recipient:
    """The recipient that an app-only token reads for. Raises NotAllowed."""
    recipient = Recipient.objects.filter(oauth_client_id=oauth_client_id, active=True).first()
    if recipient is None:
        raise NotAllowed("This client is not a registered recipient of training data.", code="not_a_recipient")
    return recipient


def datasets_of(recipient: Recipient) -> QuerySet[Dataset]:
    """A recipient's datasets."""
    return Dataset.objects.filter(recipient=recipient).order_by("id")


def dataset_of(recipient: Recipient, dataset_id: int) -> Dataset:
    """One of the recipient's datasets; raises NotFound, for another's too."""
    dataset = datasets_of(recipient).filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound("There is no such dataset.")
    return dataset


def releases_of(dataset: Dataset, *, since: int = 0) -> QuerySet[Release]:
    """Releases that were published, oldest first, with a number above `since`."""
    published = Release.objects.filter(dataset=dataset, number__gt=since).exclude(state=Release.State.BUILDING)
    return published.order_by("number")


def release_of(dataset: Dataset, number: int) -> Release:
    """One release that was published, given out or closed; raises NotFound."""
    release = releases_of(dataset).filter(number=number).first()
    if release is None:
        raise NotFound("There is no such release.")
    return release


def newest_release(dataset_id: int) -> Release | None:
    """The newest release that was published, even if it is closed by now."""
    done = Release.objects.filter(dataset_id=dataset_id).exclude(state=Release.State.BUILDING)
    return done.order_by("-number").first()


def active_dataset_ids() -> list[int]:
    """Datasets to refresh."""
    return list(Dataset.objects.filter(active=True, recipient__active=True).values_list("pk", flat=True))


def share_of(account_id: int) -> Share:
    """Where a person's posts are now."""
    own = Contribution.objects.filter(account_id=account_id)
    given_out = Release.objects.filter(
        Q(dataset__contributions__until=None) | Q(number__lt=F("dataset__contributions__until")),
        state=Release.State.PUBLISHED,
        dataset__contributions__account_id=account_id,
        number__gte=F("dataset__contributions__since"),
    ).distinct()
    recipients = given_out.values("dataset__recipient").distinct().count()
    records = sum(own.filter(until=None).values_list("records", flat=True))
    return Share(releases=given_out.count(), recipients=recipients, records=records)
