"""Celery doors: ids in, one job called."""
