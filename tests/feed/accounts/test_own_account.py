"""One's own account: what is changed of it, whoever sends it how, and what others see of that."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image

from feed.models import Follow, Profile
from feed.operations.follows import follow
from identity.models import Account, Credential
from identity.operations.applications import register_application
from tests.clients.people import OUT_OF_BAND
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db(transaction=True)
UPDATE = "/api/v1/accounts/update_credentials"


def _picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(out, "JPEG")
    return SimpleUploadedFile("me.jpg", out.getvalue(), content_type="image/jpeg")


def test_fields_come_as_list_or_numbered_and_the_servers_own_stays_last() -> None:
    """The personhood field is the server's: nobody can write one, and a client that sends it back is not refused."""
    (one,) = people("one")
    caller = client_of(one)
    listed = [{"name": "bread", "value": "toasty."}, {"name": "Personhood", "value": "Unique human"}]
    account = caller.send("PATCH", UPDATE, fields_attributes=listed)
    assert [field["name"] for field in account["fields"]] == ["bread", "Personhood"]
    assert account["fields"][0] == {"name": "bread", "value": "toasty.", "verified_at": None}
    assert account["fields"][1]["value"].startswith("Simulated")
    assert [field["name"] for field in account["source"]["fields"]] == ["bread"]
    numbered = {"7": {"name": "site", "value": "https://example.org"}, "3": {"name": "", "value": ""}}
    account = caller.send("PATCH", UPDATE, fields_attributes=numbered)
    assert 'href="https://example.org"' in account["fields"][0]["value"]
    assert account["source"]["fields"][0]["value"] == "https://example.org"
    too_many = [{"name": str(number), "value": "x"} for number in range(5)]
    wrong: tuple[object, ...] = (
        too_many,
        "text",
        [1],
        [{"name": "x" * 256}],
        [{"name": ["x"]}],
        [{"value": "nameless"}],
    )
    for fields in wrong:
        caller.send("PATCH", UPDATE, expect=422, fields_attributes=fields)


def test_pictures_are_kept_shown_and_removed() -> None:
    """A new picture takes the place of the earlier one, whose file goes."""
    (one,) = people("one")
    caller = client_of(one)
    usual = caller.get(f"/api/v1/accounts/{one}")["avatar"]
    encoded = _send_form(caller, {"avatar": _picture(), "header": _picture()})
    assert encoded.status_code == 200, encoded.content
    first = Profile.objects.get(pk=one).avatar
    assert encoded.json()["avatar"].endswith(first) and encoded.json()["avatar"] != usual
    assert Caller().get(f"/api/v1/accounts/{one}")["header"] == encoded.json()["header"]
    _send_form(caller, {"avatar": _picture(), "avatar_description": "teal"})
    assert not default_storage.exists(first)
    assert caller.get("/api/v1/profile")["avatar_description"] == "teal"
    second = Profile.objects.get(pk=one).avatar
    assert caller.send("DELETE", "/api/v1/profile/avatar")["avatar"] == usual
    assert caller.send("DELETE", "/api/v1/profile/header")["id"] == str(one)
    assert not default_storage.exists(second)
    assert caller.get("/api/v1/profile")["avatar"] is None
    caller.send("PATCH", UPDATE, expect=422, avatar="no file")
    broken = {"avatar": SimpleUploadedFile("x.jpg", b"no picture")}
    assert _send_form(caller, broken).status_code == 422


def _send_form(caller: Caller, values: dict[str, Any]) -> Any:
    form = encode_multipart(BOUNDARY, values)
    return caller.client.generic("PATCH", UPDATE, data=form, content_type=MULTIPART_CONTENT)


def test_defaults_of_posting_are_preferences_and_source_alike() -> None:
    """They concern oneself, so whoever is not admitted may set them; what others see needs admission."""
    (one,) = people("one")
    caller = client_of(one)
    source = {"privacy": "private", "sensitive": True, "language": "hr", "quote_policy": "followers"}
    account = caller.send("PATCH", UPDATE, source=source)
    assert {name: account["source"][name] for name in source} == source
    shown = caller.get("/api/v1/preferences")
    assert (shown["posting:default:visibility"], shown["posting:default:language"]) == ("private", "hr")
    Credential.objects.filter(account_id=one).update(ended_at=timezone.now())
    put: dict[str, Any] = {"posting:default:visibility": "unlisted", "posting:default:language": None}
    changed = caller.send("PUT", "/api/v1/preferences", **put)
    assert (changed["posting:default:visibility"], changed["posting:default:language"]) == ("unlisted", None)
    assert caller.send("PATCH", UPDATE, source={"sensitive": "false"})["source"]["sensitive"] is False
    assert "enrol" in caller.send("PATCH", UPDATE, expect=403, display_name="One")
    for wrong in (
        {"privacy": "direct"},
        {"language": "not a language"},
        {"quote_policy": "x"},
        {"sensitive": "perhaps"},
    ):
        caller.send("PATCH", UPDATE, expect=422, source=wrong)


def test_flags_texts_and_domains() -> None:
    """All at once or nothing, and within bounds."""
    (one,) = people("one")
    caller = client_of(one)
    account = caller.send(
        "PATCH", UPDATE, display_name="One", note="a #tag", bot=True, discoverable=False, indexable=False,
        hide_collections=True, locked=True, attribution_domains=["example.com", "Example.com"],
    )  # fmt: skip
    assert (account["display_name"], account["bot"], account["discoverable"], account["locked"]) == (
        "One",
        True,
        False,
        True,
    )
    assert (account["indexable"], account["hide_collections"]) == (False, True)
    assert account["source"]["attribution_domains"] == ["example.com"]
    profile = caller.send(
        "PATCH", "/api/v1/profile", show_media=False, fields_attributes=[{"name": "a", "value": "*b*"}]
    )
    assert (profile["note"], profile["show_media"], profile["fields"][0]["value"]) == ("a #tag", False, "*b*")
    wrong: tuple[dict[str, object], ...] = (
        {"display_name": "x" * 31}, {"note": "x" * 501}, {"note": "\0"}, {"locked": "maybe"}, {"display_name": ["x"]},
        {"attribution_domains": ["no domain"]}, {"attribution_domains": [f"{n}.example" for n in range(11)]},
    )  # fmt: skip
    for values in wrong:
        caller.send("PATCH", UPDATE, expect=422, **{"display_name": "Two", **values})
    assert caller.get("/api/v1/accounts/verify_credentials")["display_name"] == "One"


def test_an_account_that_opens_lets_in_who_waits() -> None:
    one, other = people("one", "other")
    Profile.objects.filter(pk=one).update(locked=True)
    follow(source_id=other, target_id=one)
    assert client_of(one).send("PATCH", UPDATE, locked=False)["followers_count"] == 1
    assert not Follow.objects.filter(pending=True).exists()


def test_registration_names_every_fault_as_mastodon_does() -> None:
    """`details` has each field's codes; a taken name is told from a wrong one."""
    people("one")
    made = register_application(name="Test", redirect_uris=[OUT_OF_BAND], scopes=("read", "write"))
    form = {
        "grant_type": "client_credentials",
        "client_id": made.client.pk,
        "client_secret": made.secret,
        "scope": "read write",
    }
    application = Caller(str(Caller().client.post("/oauth/token", form).json()["access_token"]))
    refusal = application.post("/api/v1/accounts", expect=422, username="ONE", email="nobody", password="short")
    codes = {field: [fault["error"] for fault in faults] for field, faults in refusal["details"].items()}
    assert codes["username"] == ["ERR_TAKEN"]
    assert codes["email"] == ["ERR_INVALID"]
    assert codes["agreement"] == ["ERR_ACCEPTED"]
    assert "ERR_TOO_SHORT" in codes["password"]
    assert refusal["error"].startswith("Validation failed: Username has already been taken, Email is not")
    blank = application.post("/api/v1/accounts", expect=422, agreement=True)["details"]
    assert {field: faults[0]["error"] for field, faults in blank.items()} == {
        "username": "ERR_BLANK",
        "password": "ERR_BLANK",
    }
    long = application.post("/api/v1/accounts", expect=422, username="x" * 31, password="x" * 300, agreement=True)[
        "details"
    ]
    assert {faults[0]["error"] for faults in long.values()} == {"ERR_TOO_LONG"}
    good: dict[str, Any] = {"username": "two", "password": "correct horse battery staple", "agreement": True}
    token = application.post("/api/v1/accounts", **good)["access_token"]
    assert Caller(token).post("/api/v1/accounts", expect=403, **good)["error"]
    assert Caller(token).get("/api/v1/accounts/verify_credentials")["username"] == "two"
    assert Account.objects.count() == 2
