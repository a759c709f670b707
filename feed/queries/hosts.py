"""Which hosts are this one."""

from django.conf import settings


def is_own_host(host: str) -> bool:
    """Whether the host of an account's address is this server, written with or without its port."""
    own = settings.PUBLIC_URL.partition("://")[2].lower()
    return host.lower() in {own, settings.HOSTNAME.lower()}
