"""The web process: granian serving `config.asgi`."""

from granian import Granian
from granian.constants import Interfaces

from config.startup import environment
from config.template_keys import refuse_wrong_root_secret


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
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        backlog=1024,
    ).serve()


if __name__ == "__main__":
    serve()
