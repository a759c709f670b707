"""The attester of each kind, as `settings.ATTESTERS` names them."""

from typing import Any

from django.conf import settings

from common.engine_loader import engine_at
from identity.engines.attestation import Attester


def attester(kind: str) -> Attester[Any]:
    """The adapter for one kind of credential. Raises KeyError for a kind that settings do not name."""
    made: Attester[Any] = engine_at(settings.ATTESTERS[kind])
    return made
