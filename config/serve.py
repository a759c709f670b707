"""The web process: granian serving `config.asgi`."""

from granian import Granian
from granian.constants import Interfaces

from config.startup import environment
from config.template_keys import refuse_wrong_root_secret

BACKLOG = 1024
STOPPED_WITHIN_SECONDS = 8


def serve() -> None:
    """Serve until stopped, at the address of the settings. Ends with status 78 when the root secret is wrong."""
    refuse_wrong_root_secret()
    settings = environment()
    Granian(
        "config.asgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        workers=settings.web_workers,
        websockets=True,
        log_access=False,
        respawn_failed_workers=True,
        backlog=BACKLOG,
        # A stream holds its connection for as long as it lasts, and must leave room for requests.
        backpressure=BACKLOG + settings.streams_per_process,
        # Streams end only when they are told to; a stop must not wait for them.
        workers_kill_timeout=STOPPED_WITHIN_SECONDS,
    ).serve()


if __name__ == "__main__":
    serve()
