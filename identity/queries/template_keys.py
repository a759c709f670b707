"""The keys of the live epochs, derived from the root secret and proved against what the database was filled with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from identity.engines.codes import check_value, epoch_key, is_check_value
from identity.engines.ports import Engines
from identity.engines.root_secret import RootSecret, RootSecretUnavailable
from identity.models import KeyEpoch
from identity.queries.hanging_codes import has_codes

FIRST = 1


class KeysDiffer(Exception):
    """The root secret or the face model is not the one that the stored codes were made with, or cannot be had.

    Every face would look new, so nobody is admitted until it is put right.
    """


class EpochsUnsettled(KeysDiffer):
    """The secret is right, and an operator's command has left codes that nobody is compared with, or no live epoch."""


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """Keys of one epoch, 32 bytes each: of the leading embedder and of the second opinion. Never printed."""

    epoch: int
    leading: bytes = field(repr=False)
    second: bytes = field(repr=False)


def root_secrets() -> list[RootSecret]:
    """The roots that `settings.TEMPLATE_ROOT_SECRETS` names: first the one of new epochs, then those of older ones.

    Raises KeysDiffer when one of them is named in a way that cannot work.
    """
    try:
        return [_root(each["engine"], tuple(each["options"].items())) for each in settings.TEMPLATE_ROOT_SECRETS]
    except ValueError as error:
        raise KeysDiffer(str(error)) from error


def new_keys(epoch: int, engines: Engines) -> EpochKeys:
    """The keys that an epoch started now would have. Raises KeysDiffer when the root secret cannot give them."""
    return _derived(epoch, engines, root_secrets()[0])


def new_check_value(keys: EpochKeys) -> str:
    """What an epoch started with these keys stores of them."""
    return check_value(keys.leading)


def root_of(epoch: KeyEpoch, engines: Engines) -> RootSecret | None:
    """The root that this epoch was started with, if it is among those at hand. Raises KeysDiffer."""
    return next((root for root, keys in _tried(epoch, engines) if _fits(keys, epoch)), None)


def proved_keys(engines: Engines) -> list[EpochKeys]:
    """Keys of every live epoch, newest first, each with the check value that its epoch was started with.

    Raises KeysDiffer for the first that none of the roots gives.
    """
    found = []
    for epoch in KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE).order_by("-number"):
        keys = next((keys for _, keys in _tried(epoch, engines) if _fits(keys, epoch)), None)
        if keys is None:
            raise KeysDiffer(
                f"{root_secrets()[0].source} (or the face model, {engines.embedder.name}) is not the one that key epoch"
                f" {epoch.number} was started with: nobody can be compared, so nobody is admitted."
            )
        found.append(keys)
    return found


def live_keys(engines: Engines) -> list[EpochKeys]:
    """Keys of every live epoch, newest first; empty before the first enrolment ever.

    Raises KeysDiffer when one of them cannot be proved, and EpochsUnsettled when codes hang on an epoch that is not live
    or when there have been epochs and none is live.
    """
    found = proved_keys(engines)
    others = list(KeyEpoch.objects.exclude(state=KeyEpoch.State.LIVE))
    # The database lets no epoch go that codes hang on, so these are the only place where some could be missed.
    for epoch in others:
        if epoch.emptied_at is None and has_codes(epoch.number):
            raise EpochsUnsettled(
                f"Key epoch {epoch.number} is {epoch.state} and has face codes that nobody is compared with."
            )
    if others and not found:
        raise EpochsUnsettled("No key epoch is live: `manage.py template_keys start` starts one.")
    return found


def _tried(epoch: KeyEpoch, engines: Engines) -> Iterator[tuple[RootSecret, EpochKeys]]:
    return ((root, _derived(epoch.number, engines, root)) for root in root_secrets())


def _fits(keys: EpochKeys, epoch: KeyEpoch) -> bool:
    return is_check_value(keys.leading, epoch.check_value)


def _derived(epoch: int, engines: Engines, root: RootSecret) -> EpochKeys:
    try:
        return EpochKeys(
            epoch=epoch,
            leading=epoch_key(root, epoch, model=engines.embedder.name),
            second=epoch_key(root, epoch, model=engines.second_opinion.name),
        )
    except (ValueError, RootSecretUnavailable) as error:
        raise KeysDiffer(str(error)) from error


@lru_cache(maxsize=16)
def _root(path: str, options: tuple[tuple[str, Any], ...]) -> RootSecret:
    # One for each process: it keeps what it has read.
    made: RootSecret = import_string(path)(**dict(options))
    return made
