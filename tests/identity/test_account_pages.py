"""The web pages beside the API make no account, and open none that its owner made passkey-only."""

import re

import pytest
from django.core import mail
from django.test import Client

from identity.models import Account
from tests.clients.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> Account:
    return Account.objects.create_user("grace", "grace@example.org", PASSWORD)


@pytest.mark.parametrize("page", ["signup", "email", "password/set"])
def test_accounts_are_made_and_changed_over_the_api_alone(client: Client, grace: Account, page: str) -> None:
    client.force_login(grace)
    form = {"username": "other", "email": "other@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get(f"/accounts/{page}/"), client.post(f"/accounts/{page}/", form)):
        assert answer.status_code == 404
        assert b"over the API" in answer.content
    assert list(Account.objects.values_list("username", "email")) == [("grace", "grace@example.org")]


def test_a_forgotten_password_is_set_anew_by_letter(client: Client, grace: Account) -> None:
    client.post("/accounts/password/reset/", {"email": "grace@example.org"})
    (letter,) = mail.outbox
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(letter.body))
    assert found, letter.body
    page = client.get(found.group(1), follow=True)
    anew = {"password1": "another horse battery", "password2": "another horse battery"}
    client.post(page.redirect_chain[-1][0], anew)
    grace.refresh_from_db()
    assert grace.check_password("another horse battery")


def test_an_account_without_a_password_gets_no_such_letter(client: Client, grace: Account) -> None:
    grace.set_unusable_password()
    grace.save()
    answer = client.post("/accounts/password/reset/", {"email": "grace@example.org"})
    # As for an address that nobody has: the page tells nobody who is here.
    assert answer.status_code == 302
    assert not [letter for letter in mail.outbox if "/password/reset/key/" in str(letter.body)]


def test_the_login_page_is_ours(client: Client) -> None:
    assert b"passkey" in client.get("/accounts/login/").content
