"""Which hosts are this one."""

from django.conf import settings


def own_host() -> str:
    """This server's host as clients name it: with the port, where the public address has one."""
    return settings.PUBLIC_URL.partition("://")[2].lower()


def is_own_host(host: str) -> bool:
    """Whether the host of an account's address is this server, written with or without its port."""
    return host.lower() in {own_host(), settings.HOSTNAME.lower()}
