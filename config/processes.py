"""The processes of a running Humankind, in the one list that `make up`, the tests and docker-compose.yml share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Process:
    """A command line, run from the checkout with the virtual environment's programs on the path."""

    name: str
    command: tuple[str, ...]
    health: tuple[str, ...]


# Run to its end before the others start, once for each release.
MIGRATE = Process("migrate", ("python", "manage.py", "prepare"), health=("python", "manage.py", "migrate", "--check"))

PROCESSES = (
    Process("web", ("python", "-m", "config.serve"), health=("python", "-m", "config.probe", "web")),
    Process(
        "worker",
        ("celery", "--app", "config", "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        health=("python", "-m", "config.probe", "worker"),
    ),
    Process(
        "beat",
        ("celery", "--app", "config", "beat", "--loglevel", "INFO"),
        health=("python", "-m", "config.probe", "beat"),
    ),
)
