"""Wiring only: settings, URLs, entry points, the embedded services and the process list."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
