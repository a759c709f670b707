"""Celery doors."""

from celery import shared_task

from common import heartbeat as beat_heart
from common import idempotency


@shared_task
def sweep_idempotency() -> None:
    """Forget answers to requests that nobody will repeat."""
    idempotency.forget_old_answers()


@shared_task
def heartbeat() -> None:
    """Sent by beat; `config.probe` looks for its trace."""
    beat_heart.beat()
