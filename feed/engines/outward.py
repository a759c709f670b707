"""Requests to addresses that strangers named: to the public network alone, one request, nothing followed.

The name is looked up once and the connection goes to the address that was checked, so a name that changes its mind between
the two (DNS rebinding) reaches nothing inside.
"""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import certifi
import urllib3

LONGEST_URL = 2048
# IPv4 inside IPv6 (RFC 6052): the address behind it may be anything.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class ForbiddenAddressError(Exception):
    """The address is none that may be called; its text is a sentence for whoever named it."""


class UnreachableError(Exception):
    """The other end could not be reached, or did not answer in time."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public network: not private, loopback, link-local, multicast, reserved or translated."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or any(ip in network for network in TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast


def check_url(url: str, *, private_too: bool = False) -> None:
    """Raises ForbiddenAddressError for what is not an https address of another host; names are not looked up here."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ForbiddenAddressError("This is not a valid address.") from error
    if len(url) > LONGEST_URL or not url.isascii() or any(character.isspace() or character < " " for character in url):
        raise ForbiddenAddressError(f"An address has at most {LONGEST_URL} characters, and no spaces.")
    if parts.scheme != "https" and not (private_too and parts.scheme == "http"):
        raise ForbiddenAddressError("The address must begin with https://.")
    if not host or parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("The address must name a host, and no user.")
    if private_too:
        return
    try:
        refused = not is_public(host)
    except ValueError:
        refused = host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
    if refused:
        raise ForbiddenAddressError("The address must be one of the public network.")


def post(url: str, *, body: bytes, headers: Mapping[str, str], private_too: bool = False, seconds: float = 10) -> int:
    """POST once; gives the status code, and reads nothing of the answer. Redirects are not followed.

    Raises ForbiddenAddressError, UnreachableError.
    """
    check_url(url, private_too=private_too)
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    address = _looked_up(host, port, private_too=private_too)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port,
            server_hostname=host,
            assert_hostname=host,
            cert_reqs="CERT_REQUIRED",
            ca_certs=certifi.where(),
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        answer = pool.urlopen(
            "POST",
            target,
            body=body,
            headers={**headers, "Host": parts.netloc},
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=seconds / 2, read=seconds),
            preload_content=False,
        )
        return int(answer.status)
    except urllib3.exceptions.HTTPError as error:
        raise UnreachableError(type(error).__name__) from error
    finally:
        pool.close()


def _looked_up(host: str, port: int, *, private_too: bool) -> str:
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise UnreachableError("the name is not known") from error
    if not private_too and not all(is_public(address) for address in found):
        raise ForbiddenAddressError("The address must be one of the public network.")
    return found[0]
