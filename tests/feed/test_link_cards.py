"""Cards of linked pages, and what may never be fetched for them."""

import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network
from threading import Event
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from feed.engines import safe_fetch
from feed.engines.safe_fetch import Fetched, FetchRefusedError, fetch, is_public
from feed.jobs.fetch_card import fetch_card, waiting_cards
from feed.models import PreviewCard
from tests.feed.person import Person, person
from tests.feed.web_pages import PAGE, Web, web

HERE = [ip_network("127.0.0.1/32")]
STATUSES = "/api/v1/statuses"


@pytest.fixture
def served() -> Iterator[Web]:
    """A web server on this machine."""
    with web() as made:
        yield made


@pytest.fixture
def author() -> Person:
    """Somebody who may write."""
    return person("author")


@pytest.fixture
def reachable(served: Web, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The server, under any name that ends in example.org."""
    settings.LINK_CARDS, settings.LINK_CARD_NETWORKS = True, HERE
    resolves_to(monkeypatch, "127.0.0.1")
    return served


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name under example.org has these addresses; gives the list of names asked."""
    resolve, asked = socket.getaddrinfo, []

    def found(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if not str(host).endswith("example.org"):
            return resolve(host, port, *arguments, **options)
        asked.append(str(host))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


def get(url: str, **more: Any) -> Fetched:
    """Fetch a page, this machine being reachable unless said otherwise."""
    return fetch(url, most_bytes=1000, accept="text/html", **{"also": HERE, **more})


def picture() -> bytes:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 (no server listens there)
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.88.99.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_nobodys_business(address: str) -> None:
    """Own machine, own network, neighbours, cloud metadata, groups, and tunnels to any of them."""
    assert not is_public(ip_address(address))


def test_public_addresses_are_reached() -> None:
    """In both families."""
    assert all(is_public(ip_address(one)) for one in ("1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://inside.example.org:{port}/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://user:password@inside.example.org/",
        "http://",
        "http://inside.example.org:99999/",
        "http://a..example.org/",
    ],
)
def test_this_machine_is_not_reached(served: Web, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """However its address is written, and whatever name leads to it; no byte is sent."""
    resolves_to(monkeypatch, "127.0.0.1")
    served.page("/", b"secret")
    with pytest.raises(FetchRefusedError):
        get(url.format(port=served.port), also=())
    assert served.asked == []


def test_a_redirect_is_checked_like_the_first_address(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a place that may be reached to one that may not."""
    served.page("/", b"", status=302, Location=f"http://inside.example.org:{served.port}/secret")
    served.page("/secret", b"secret")
    resolves_to(monkeypatch, "10.0.0.1")
    with pytest.raises(FetchRefusedError, match="no public address"):
        get(f"http://127.0.0.1:{served.port}/")
    assert [path for path, _ in served.asked] == ["/"]


def test_the_connection_goes_to_the_address_that_was_checked(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once, so that it cannot mean something else the second time."""
    served.page("/", b"<title>x</title>")
    asked = resolves_to(monkeypatch, "127.0.0.1")
    assert get(f"http://www.example.org:{served.port}/").body == b"<title>x</title>"
    assert asked == ["www.example.org"]
    assert served.asked == [("/", f"www.example.org:{served.port}")]


def test_only_the_ports_of_web_pages_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public address is no way to other services."""
    resolves_to(monkeypatch, "1.1.1.1")
    with pytest.raises(FetchRefusedError, match="port"):
        get("http://www.example.org:6379/")


def test_bounds(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, redirects, compression, and time, however slowly the other side sends."""
    served.page("/large", b"x" * 5000)
    served.page("/loop", b"", status=301, Location="/loop")
    served.page("/packed", b"x", Content_Encoding="gzip")
    here = f"http://127.0.0.1:{served.port}"
    assert len(get(f"{here}/large", cut=True).body) == 1000
    for path, words in (("large", "1000 bytes"), ("loop", "redirects"), ("packed", "compressed"), ("none", "404")):
        with pytest.raises(FetchRefusedError, match=words):
            get(f"{here}/{path}")

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while not stopped.is_set():
                handler.wfile.write(b"X-Slow: 1\r\n")
                stopped.wait(0.05)
        except OSError:
            return

    stopped = Event()
    served.answers["/slow"] = trickle
    monkeypatch.setattr(safe_fetch, "SECONDS_IN_ALL", 0.3)
    with pytest.raises(FetchRefusedError) as refused:
        get(f"{here}/slow")
    stopped.set()
    assert not refused.value.lasting


@pytest.mark.django_db
def test_a_status_gets_the_card_of_its_first_link(reachable: Web, author: Person) -> None:
    """Once for all who link there; the picture is our own copy."""
    reachable.page("/story", PAGE)
    reachable.page("/picture.png", picture(), kind="image/png")
    url = f"http://news.example.org:{reachable.port}/story"
    said = [author.post(STATUSES, status=f"read {url}. And http://other.example.org/") for _ in range(2)]
    assert said[0]["card"] is None
    card = PreviewCard.objects.get()
    assert waiting_cards() == [card.pk]
    fetch_card(card.pk)
    fetch_card(card.pk)
    assert [path for path, _ in reachable.asked] == ["/story", "/picture.png"] and waiting_cards() == []
    for one in said:
        shown = author.get(f"{STATUSES}/{one['id']}")["card"]
        assert (shown["url"], shown["title"], shown["provider_name"]) == (url, "A <b>title</b>", "The Site")
        assert (shown["type"], shown["width"], shown["height"], shown["html"]) == ("link", 40, 20, "")
    card.refresh_from_db()
    assert Client().get(f"/media/{card.image}").status_code == 200
    default_storage.delete(card.image)


@pytest.mark.django_db
def test_the_card_of_a_link_in_any_script_has_an_address_that_programs_take(author: Person, settings: Settings) -> None:
    """Whoever writes the link already escaped shares the same page."""
    settings.LINK_CARDS = True
    for link in ("https://news.example.org/größe", "https://news.example.org/gr%C3%B6%C3%9Fe"):
        author.post(STATUSES, status=link)
    assert PreviewCard.objects.get().url == "https://news.example.org/gr%C3%B6%C3%9Fe"
    assert author.post(STATUSES, status=f"https://{'ü' * 60}.example/")["card"] is None


@pytest.mark.django_db
def test_what_cannot_be_fetched_is_given_up(reachable: Web, author: Person) -> None:
    """A page that is not there at once, one that does not answer after three tries, each of which takes the row."""
    author.post(STATUSES, status=f"http://gone.example.org:{reachable.port}/nowhere")
    author.post(STATUSES, status="http://dead.example.org:1/")
    gone, dead = PreviewCard.objects.order_by("pk")
    fetch_card(gone.pk)
    gone.refresh_from_db()
    assert gone.state == "failed"
    for _ in range(3):
        assert waiting_cards() == [dead.pk]
        fetch_card(dead.pk)
        assert waiting_cards() == []
        PreviewCard.objects.filter(pk=dead.pk).update(fetched_at=timezone.now() - timedelta(minutes=2))
    assert waiting_cards() == []
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("failed", 3)


@pytest.mark.django_db
def test_an_old_card_is_fetched_anew_and_shown_meanwhile(reachable: Web, author: Person) -> None:
    """After a fortnight, when somebody links there again; if it is gone by then, what was known stays."""
    reachable.page("/", b"<title>Before</title>")
    url = f"http://news.example.org:{reachable.port}/"
    said = author.post(STATUSES, status=url)
    fetch_card(PreviewCard.objects.get().pk)
    PreviewCard.objects.update(fetched_at=timezone.now() - timedelta(days=15))
    reachable.answers.clear()
    assert author.post(STATUSES, status=url)["card"]["title"] == "Before"
    fetch_card(PreviewCard.objects.get().pk)
    assert author.get(f"{STATUSES}/{said['id']}")["card"]["title"] == "Before"
    assert len(reachable.asked) == 2


@pytest.mark.django_db
def test_a_direct_status_asks_nobody(reachable: Web, author: Person) -> None:
    """A link from person to person may be meant for that person alone."""
    author.post(STATUSES, status=f"http://secret.example.org:{reachable.port}/?token=1", visibility="direct")
    assert not PreviewCard.objects.exists()


@pytest.mark.django_db
def test_another_link_after_an_edit_is_another_card(reachable: Web, author: Person) -> None:
    """And none is none."""
    said = author.post(STATUSES, status="http://a.example.org/")
    author.put(f"{STATUSES}/{said['id']}", status="http://b.example.org/")
    assert list(PreviewCard.objects.filter(statuses__pk=said["id"]).values_list("url", flat=True)) == [
        "http://b.example.org/"
    ]
    author.put(f"{STATUSES}/{said['id']}", status="nowhere")
    assert not PreviewCard.objects.filter(statuses__pk=said["id"]).exists()
