"""Reads of datasets and releases."""

from django.db.models import Max, Q, QuerySet

from common.problems import NotFound
from exports.models import Dataset, Recipient, Release


def datasets_of(recipient: Recipient) -> QuerySet[Dataset]:
    """A recipient's datasets, each with the number of its newest release."""
    done = ~Q(releases__state=Release.State.BUILDING)
    newest = Max("releases__number", filter=done)
    return Dataset.objects.filter(recipient=recipient).annotate(newest_release=newest).order_by("id")


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


def release_for(recipient: Recipient, release_id: int) -> Release:
    """One release of any of the recipient's datasets; raises NotFound."""
    release = Release.objects.filter(pk=release_id, dataset__recipient=recipient).select_related("dataset").first()
    if release is None or release.state == Release.State.BUILDING:
        raise NotFound("There is no such release.")
    return release


def newest_release(dataset_id: int) -> Release | None:
    """The newest release that was published, even if it is closed by now."""
    done = Release.objects.filter(dataset_id=dataset_id).exclude(state=Release.State.BUILDING)
    return done.order_by("-number").first()


def active_dataset_ids() -> list[int]:
    """Datasets to refresh."""
    return list(Dataset.objects.filter(active=True, recipient__active=True).values_list("pk", flat=True))
