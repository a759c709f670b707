"""The keys of the live epochs, derived from the root secret and proved against what the database was filled with."""

from dataclasses import dataclass

from django.conf import settings

from identity.engines.codes import check_value, epoch_key
from identity.engines.ports import Engines
from identity.models import KeyEpoch, Template


class KeysDiffer(Exception):
    """The root secret or the face model is not the one that the stored codes were made with.

    Every face would look new, so nobody is admitted until it is put right.
    """


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """Keys of one epoch, 32 bytes each: of the leading embedder and of the second opinion."""

    epoch: int
    leading: bytes
    second: bytes


def derived_keys(epoch: int, engines: Engines) -> EpochKeys:
    """The keys of an epoch, whether or not there is such an epoch. Raises KeysDiffer for a root secret that is too short."""
    root = settings.TEMPLATE_ROOT_SECRET.encode()
    try:
        return EpochKeys(
            epoch=epoch,
            leading=epoch_key(root, epoch, model=engines.embedder.name),
            second=epoch_key(root, epoch, model=engines.second_opinion.name),
        )
    except ValueError as error:
        raise KeysDiffer(str(error)) from error


def live_keys(engines: Engines) -> list[EpochKeys]:
    """Keys of every live epoch, newest first; empty before the first enrolment ever.

    Raises KeysDiffer when one of them does not have the check value that its epoch was started with, or when codes
    hang on an epoch that is not live.
    """
    epochs = list(KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE).order_by("-number"))
    found = []
    for epoch in epochs:
        keys = derived_keys(epoch.number, engines)
        if check_value(keys.leading) != epoch.check_value:
            raise KeysDiffer(
                f"HUMANKIND_TEMPLATE_ROOT_SECRET (or the face model, {engines.embedder.name}) is not the one that key epoch"
                f" {epoch.number} was started with: nobody can be compared, so nobody is admitted."
            )
        found.append(keys)
    # The database lets no epoch go that codes hang on, so the others are the only place where some could be missed.
    for epoch in KeyEpoch.objects.exclude(state=KeyEpoch.State.LIVE):
        if Template.objects.filter(key_epoch=epoch).exists():
            raise KeysDiffer(
                f"Key epoch {epoch.number} is {epoch.state} and has face codes that nobody is compared with."
            )
    return found
