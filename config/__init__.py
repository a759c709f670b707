"""Wiring only: settings, URLs, entry points, the embedded services and the process list."""

import os

# Workers are processes: threads of the matrix library beside them only wait for one another. Read when numpy is first loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from config.celery import app as celery_app

__all__ = ["celery_app"]
