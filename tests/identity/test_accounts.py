"""Logins."""

import pytest

from common.models import Event
from common.problems import Problem
from identity.operations.accounts import register_account

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-phrase"


def test_a_login_is_made_and_told_of() -> None:
    account = register_account(username="grace", email="grace@example.org", password=PASSWORD)
    assert account.check_password(PASSWORD)
    assert Event.objects.get(kind="account.registered").subject_id == account.pk


@pytest.mark.parametrize(
    ("username", "email", "password", "field"),
    [
        ("GRACE", "other@example.org", PASSWORD, "username"),
        ("other", "Grace@Example.org", PASSWORD, "email"),
        ("two words", "", PASSWORD, "username"),
        ("x" * 31, "", PASSWORD, "username"),
        ("", "", PASSWORD, "username"),
        ("other", "not an address", PASSWORD, "email"),
        ("other", "", "short", "password"),
        ("other", "", "password123", "password"),
        ("other", "", "p" * 300, "password"),
    ],
)
def test_what_cannot_be_taken_is_named(username: str, email: str, password: str, field: str) -> None:
    register_account(username="grace", email="grace@example.org", password=PASSWORD)
    with pytest.raises(Problem) as refusal:
        register_account(username=username, email=email, password=password)
    assert refusal.value.field == field
    assert refusal.value.sentence
