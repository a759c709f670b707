"""Whether one process of the stack is healthy: `python -m config.probe web|worker|beat` ends with 0 or 1."""

import sys
import time
import urllib.error
import urllib.request

from config.celery import app
from config.startup import environment

BEAT_LATE_AFTER_SECONDS = 90


def web_is_healthy() -> bool:
    """The web process says that it is ready."""
    settings = environment()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (compared, not bound)
    request = urllib.request.Request(f"http://{host}:{settings.port}/readyz", headers={"Host": settings.hostname})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


def worker_is_healthy() -> bool:
    """At least one worker answers a ping through the broker."""
    return bool(app.control.ping(timeout=5.0))


def beat_is_healthy() -> bool:
    """Beat has sent its heartbeat task, and a worker has run it, within the last minute and a half."""
    import django

    django.setup()
    from common import heartbeat

    last = heartbeat.last_beat()
    return last is not None and time.time() - last < BEAT_LATE_AFTER_SECONDS


PROBES = {"web": web_is_healthy, "worker": worker_is_healthy, "beat": beat_is_healthy}

if __name__ == "__main__":
    sys.exit(0 if PROBES[sys.argv[1]]() else 1)
