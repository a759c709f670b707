"""The link in a letter by which a recovery is stopped without signing in.

It is a signature over the recovery's id, so nothing of it is stored and the letter can be made again; it works once,
since a recovery is stopped once.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

PATH = "api/humankind/v1/recoveries/stop"


def stop_link(recovery_id: int) -> str:
    """The address to be put into a letter. Logs cut out whatever is called a token."""
    return f"{settings.PUBLIC_URL}/{PATH}?token={_signer().sign(str(recovery_id))}"


def recovery_in(token: str) -> int | None:
    """The recovery that a link's token names; None when it was not made here."""
    try:
        return int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="identity.recovery.stop")
