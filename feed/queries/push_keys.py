"""The public half of the key that push services know this server by."""

from django.conf import settings

from feed.engines.vapid import public_key


def server_key() -> str:
    """Base64url; a client subscribes with it, and it is the same until the operator changes the secret."""
    return public_key(settings.VAPID_SECRET)
