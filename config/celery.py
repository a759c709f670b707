"""The Celery application; tasks are found in each app's `tasks`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("humankind")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery would replace the root handlers, and with them the redaction; Django has configured them."""


@worker_init.connect
def prove_the_root_secret(**_: Any) -> None:
    """A worker with a wrong secret takes no task: its SystemExit passes through the signal."""
    from config.template_keys import refuse_wrong_root_secret

    refuse_wrong_root_secret()


@worker_process_init.connect
def one_thread_for_each_model(**_: Any) -> None:
    """A worker process is the unit of parallelism: models that also spread over threads only wait for each other."""
    import cv2

    cv2.setNumThreads(1)
