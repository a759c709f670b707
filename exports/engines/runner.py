"""Where Daft runs a plan: in this process, or on a Ray cluster."""

import os

# Daft reports every import and run to its makers unless told not to (daft/scarf_telemetry.py), and draws progress bars.
os.environ |= {"DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "1", "DAFT_PROGRESS_BAR": "0"}
RUNNERS = ("native", "ray")


def use(runner: str, address: str | None = None) -> None:
    """Make sure that this process runs its plans so; `address` is the cluster's, None for one on this machine.

    Daft has one runner in a process, so a second choice that differs raises RuntimeError; a name that is none of
    `RUNNERS` ValueError; and a missing `ray` ImportError.
    """
    # Imported here: Daft starts threads, and threads do not live through the fork that makes a worker process.
    import daft

    if runner not in RUNNERS:
        raise ValueError(f"A plan runs on one of {', '.join(RUNNERS)}, not on {runner!r}.")
    if not _chosen:
        if runner == "ray":
            daft.set_runner_ray(address, noop_if_initialized=True)
        else:
            daft.set_runner_native()
        _chosen.append(runner)
    if _chosen != [runner]:
        raise RuntimeError(f"This process runs its plans on {_chosen[0]} already.")


_chosen: list[str] = []
