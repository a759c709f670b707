"""Celery doors: ids in, one job called."""

from celery import shared_task

from feed.jobs import fan_out as fan_out_job


@shared_task
def fan_out(status_id: int) -> None:
    """Nudge: a status was posted."""
    fan_out_job.fan_out(status_id)


@shared_task
def sweep_fan_out() -> None:
    """Sent by beat: take up what no nudge reached."""
    fan_out_job.sweep_fan_out()
