"""Passkeys as people use them: on our pages, in a browser, with user verification on and off."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from feed.operations.accounts import register
from identity.models import Passkey
from tests.browser.conftest import add_authenticator
from tests.clients.people import PASSWORD, application

pytestmark = pytest.mark.stack

# What a page of somebody else's making would do: ask for a signature without asking who is there.
UNVERIFIED = """async (relaxed) => {
  const begun = await fetch("/api/humankind/v1/passkeys/sign-in/begin", {method: "POST"});
  const options = (await begun.json()).public_key;
  const form = document.querySelector("form[data-passkey]");
  form.elements.credential.value = JSON.stringify(await sign({...options, userVerification: relaxed}));
  form.submit();
}"""


def _account(name: str = "ada") -> None:
    register(username=name, email=f"{name}@example.org", password=PASSWORD)


def _log_in(page: Page, name: str = "ada") -> None:
    page.goto("/account/passkeys")
    page.get_by_label("Username or e-mail address").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name=f"Passkeys of {name}")).to_be_visible()


def _add(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("A name that tells it apart").fill(name)
    page.get_by_label(re.compile("^Password")).last.fill(password)
    page.get_by_role("button", name="Add a passkey").click()


def _joined(page: Page, name: str = "ada") -> None:
    _account(name)
    _log_in(page, name)
    _add(page, "Laptop")
    expect(page.get_by_role("status")).to_have_text("The passkey was added.")


def test_a_person_adds_a_passkey_and_logs_in_to_an_application_with_it(page: Page, http: httpx.Client) -> None:
    authenticator = add_authenticator(page)
    _joined(page)
    assert authenticator.credentials() == 1
    page.context.clear_cookies()

    client_id, _ = application(http, uri="https://app.example/callback")
    page.route("https://app.example/**", lambda route: route.fulfill(body="back at the application"))
    asked = "response_type=code&redirect_uri=https://app.example/callback&scope=read"
    page.goto(f"/oauth/authorize?client_id={client_id}&{asked}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("https://app.example/**")
    assert "code" in parse_qs(urlsplit(page.url).query)
    assert Passkey.objects.get().last_used_at


def test_without_user_verification_no_passkey_is_made(page: Page) -> None:
    add_authenticator(page, user_verification=False)
    _account()
    _log_in(page)
    _add(page, "Key without a PIN")
    expect(page.get_by_role("alert").filter(has_text="did not check that it is you")).to_be_visible()
    assert not Passkey.objects.exists()


def test_whoever_is_not_recognised_is_not_signed_in(page: Page) -> None:
    authenticator = add_authenticator(page)
    _joined(page)
    page.context.clear_cookies()
    authenticator.verify_user(False)
    page.goto("/oauth/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="did not check that it is you")).to_be_visible()

    # The browser has refused; the server does too, when a page asks the browser for less.
    page.evaluate(UNVERIFIED, "discouraged")
    expect(page.get_by_role("alert").filter(has_text="unlock it with your face")).to_be_visible()
    page.goto("/account/passkeys")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()


def test_a_clock_that_is_years_wrong_changes_nothing(page: Page) -> None:
    """Deadlines are the server's; the browser's clock takes no part."""
    add_authenticator(page)
    page.clock.set_fixed_time("2001-01-01T00:00:00Z")
    _joined(page)
    page.context.clear_cookies()
    page.goto("/oauth/login?next=/account/passkeys")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Passkeys of ada")).to_be_visible()


def test_passkeys_are_named_and_removed_and_the_last_one_asks_twice(page: Page) -> None:
    add_authenticator(page)
    _joined(page)
    page.get_by_label("New name for Laptop").fill("Old laptop")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("status")).to_have_text("The passkey was renamed.")

    # A device holds one passkey for an account, and says so.
    _add(page, "Again")
    expect(page.get_by_role("alert").filter(has_text="holds a passkey for your account already")).to_be_visible()

    page.get_by_label("Remove it all the same").check()
    page.get_by_label("Password", exact=True).first.fill("not the password")
    page.get_by_role("button", name="Remove Old laptop").click()
    expect(page.get_by_role("alert").filter(has_text="The password is wrong.")).to_be_visible()
    page.get_by_label("Remove it all the same").check()
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    page.get_by_role("button", name="Remove Old laptop").click()
    expect(page.get_by_role("status")).to_have_text("The passkey was removed.")
    expect(page.get_by_text("You have none yet.")).to_be_visible()


def test_a_second_passkey_is_added_by_the_first(page: Page) -> None:
    """Who has no password at hand shows a passkey instead; the device that made it makes the next."""
    first = add_authenticator(page)
    _joined(page)
    _add(page, "Never", password="")
    expect(page.get_by_role("alert").filter(has_text="already")).to_be_visible()
    assert first.credentials() == 1
    assert Passkey.objects.get().last_used_at, "the proof was a signature of the first"
