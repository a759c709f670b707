"""Celery doors: ids in, one job called."""

from celery import shared_task

from moderation.jobs import bot_likelihood, end_dates, forget_closed, training_holds


@shared_task
def sweep_bot_likelihood() -> None:
    """Score what the event log has gathered since. Also sent as a nudge."""
    bot_likelihood.score_new_events()


@shared_task
def sweep_decisions() -> None:
    """End the decisions whose day has come."""
    end_dates.end_due_decisions()


@shared_task
def forget_closed_accounts() -> None:
    """Delete the scores of accounts that were deleted."""
    forget_closed.forget_closed_accounts()


@shared_task
def sweep_training_holds() -> None:
    """Sent by beat: let what is held out of training be what cases and scores say."""
    training_holds.settle_all()
