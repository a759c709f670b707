"""Starts a key epoch."""

from identity.engines.ports import Engines
from identity.models import KeyEpoch
from identity.queries.template_keys import FIRST, EpochKeys, live_keys, new_check_value, new_keys


def keys_to_compare_with(engines: Engines) -> list[EpochKeys]:
    """Keys of every live epoch, newest first; the first enrolment ever starts the first epoch.

    Raises KeysDiffer when the root secret is not the one the epochs were started with.
    """
    keys = live_keys(engines)
    if keys:
        return keys
    first = new_keys(FIRST, engines)
    # Of two processes at the same instant one makes the row; each then proves its own secret against it.
    KeyEpoch.objects.get_or_create(number=FIRST, defaults={"check_value": new_check_value(first)})
    return live_keys(engines)
