"""Celery doors: ids in, one job called."""

from celery import shared_task

from moderation.jobs import bot_likelihood, end_dates


@shared_task
def sweep_bot_likelihood() -> None:
    """Score what the event log has gathered since. Also sent as a nudge."""
    bot_likelihood.score_new_events()


@shared_task
def sweep_decisions() -> None:
    """End the decisions whose day has come."""
    end_dates.end_due_decisions()
