"""Celery doors: ids in, one job called."""

from celery import shared_task

from exports.jobs import build_release as build
from exports.jobs import close_leftovers, delete_closed
from exports.jobs import publish_statistics as statistics
from exports.queries.releases import active_dataset_ids


@shared_task
def build_release(dataset_id: int) -> None:
    """Publish a dataset's next release, if anything changed."""
    build.build_release(dataset_id=dataset_id)


@shared_task
def sweep_releases() -> None:
    """Sent by beat: refresh every active dataset, and delete what is closed and past its grace time."""
    for dataset_id in active_dataset_ids():
        build_release.delay(dataset_id)
    close_leftovers.close_leftovers()
    delete_closed.delete_closed_releases()


@shared_task
def publish_statistics() -> None:
    """Sent by beat each day: publish the period's statistics, unless they are or the year's budget is spent."""
    statistics.publish_statistics()
