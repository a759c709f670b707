"""Reads of passkeys: a person sees their own, and of somebody else's not even that it exists."""

from ipaddress import ip_address

from django.conf import settings

from common.problems import NotFound, Problem
from identity.engines.passkey_keys import KnownKey
from identity.engines.webauthn import RelyingParty, origin_of
from identity.models import Account, Passkey


def relying_party() -> RelyingParty:
    """Whom passkeys are made for here. Raises Problem (503) where the public address has no host name."""
    try:
        ip_address(settings.HOSTNAME)
    except ValueError:
        origins = frozenset({origin_of(settings.PUBLIC_URL), *settings.PASSKEY_ORIGINS})
        return RelyingParty(id=settings.HOSTNAME, name="Humankind", origins=origins)
    raise Problem(
        "Passkeys need a host name, and the public address of this server is a number.",
        code="passkeys_unavailable",
        status=503,
    )


def passkeys_of(account_id: int) -> list[Passkey]:
    """The account's passkeys that work, the oldest first."""
    return list(Passkey.objects.filter(account_id=account_id, revoked_at=None).order_by("pk"))


def own_passkey(*, passkey_id: int, account_id: int) -> Passkey:
    """One of them. Raises NotFound, also for somebody else's and for one that was revoked."""
    found = Passkey.objects.filter(pk=passkey_id, account_id=account_id, revoked_at=None).first()
    if found is None:
        raise NotFound("You have no passkey with this id.", code="no_passkey")
    return found


def known_key(passkey: Passkey) -> KnownKey:
    """What a signature of it is verified against."""
    return KnownKey(bytes(passkey.credential_id), bytes(passkey.public_key), tuple(passkey.transports))


def user_handle(account_id: int) -> bytes:
    """WebAuthn's user handle (section 5.4.3): the account's public id, 8 bytes, which says nothing more of the person."""
    return account_id.to_bytes(8)


def has_password(account: Account) -> bool:
    """Whether the account can log in by a password."""
    return bool(account.password) and account.has_usable_password()
