"""What the server says of itself is true, and is where clients look for it."""

from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from feed.operations.accounts import register
from tests.clients.people import PASSWORD, fresh_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    return APIClient(HTTP_HOST="localhost")


def test_both_instance_documents_name_the_streaming_address_and_the_push_key(client: APIClient) -> None:
    """Android's client needs the first, Elk and Phanpy the second to subscribe."""
    old, new = client.get("/api/v1/instance/").json(), client.get("/api/v2/instance").json()
    assert old["urls"]["streaming_api"] == new["urls"]["streaming_api"] == new["configuration"]["urls"]["streaming"]
    key = new["configuration"]["vapid"]["public_key"]
    assert len(key) == 88 and old["configuration"]["vapid"]["public_key"] == key
    assert "compatible; Humankind" in new["version"] == old["version"]
    assert new["api_versions"]["humankind"] == 1
    assert old["configuration"]["statuses"]["max_characters"] == settings.LONGEST_STATUS


def test_where_to_write_and_to_look_are_addresses_whatever_the_operator_said(client: APIClient, settings: Any) -> None:
    """Clients that read them by their kind stop at an empty text."""
    settings.CONTACT_EMAIL = settings.SOURCE_URL = ""
    old, new = client.get("/api/v1/instance").json(), client.get("/api/v2/instance").json()
    assert old["email"] == new["contact"]["email"] == f"postmaster@{settings.HOSTNAME}"
    assert new["source_url"] == settings.PUBLIC_URL
    settings.CONTACT_EMAIL, settings.SOURCE_URL = "people@example.org", "https://example.org/humankind"
    new = client.get("/api/v2/instance").json()
    assert (new["contact"]["email"], new["source_url"]) == ("people@example.org", "https://example.org/humankind")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("rules", list),
        ("peers", list),
        ("domain_blocks", list),
        ("activity", list),
        ("languages", list),
        ("translation_languages", dict),
        ("extended_description", dict),
        ("privacy_policy", dict),
        ("terms_of_service", dict),
    ],
)
def test_every_part_of_the_instance_answers_to_anybody(client: APIClient, address: str, kind: type) -> None:
    """Clients ask for these without a token."""
    answer = client.get(f"/api/v1/instance/{address}")
    assert answer.status_code == 200 and isinstance(answer.json(), kind)


def test_activity_counts_twelve_weeks_in_texts(client: APIClient) -> None:
    """Mastodon's numbers are texts there."""
    register(username=fresh_name(), email="", password=PASSWORD)
    weeks = client.get("/api/v1/instance/activity").json()
    assert len(weeks) == 12
    assert all(isinstance(value, str) for week in weeks for value in week.values())


def test_nodeinfo_names_both_versions_and_each_answers(client: APIClient) -> None:
    """Phanpy asks by the links."""
    for link in client.get("/.well-known/nodeinfo").json()["links"]:
        version = link["href"].rsplit("/", 1)[1]
        assert client.get(f"/nodeinfo/{version}").json()["version"] == version
    assert client.get("/nodeinfo/3.0").status_code == 404
    assert b"webfinger" in client.get("/.well-known/host-meta").content


def test_webfinger_finds_accounts_of_this_server_alone(client: APIClient) -> None:
    """By name in any case; a foreign host and garbage are not found, nothing asked is a bad request."""
    name = register(username=fresh_name("Ada"), email="", password=PASSWORD).username
    found = client.get("/.well-known/webfinger", {"resource": f"acct:{name.upper()}@{settings.HOSTNAME}"})
    assert found["Content-Type"].startswith("application/jrd+json")
    assert found.json()["subject"] == f"acct:{name}@{settings.HOSTNAME}"
    page = found.json()["aliases"][0]
    assert client.get("/.well-known/webfinger", {"resource": page}).json() == found.json()
    for resource in (f"acct:{name}@elsewhere.example", "acct:nobody@localhost", "https://localhost/\0", "@@@"):
        assert client.get("/.well-known/webfinger", {"resource": resource}).status_code == 404
    assert client.get("/.well-known/webfinger").status_code == 400
