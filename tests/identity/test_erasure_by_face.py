"""Somebody who has lost their account has their face erased by showing it once more."""

from typing import Any

import httpx
import jwt
import pytest

from identity.models import AccountNotice, Consent, Credential, ErasureReceipt, SecondOpinion, Template
from identity.operations.consents import withdraw_consent
from identity.queries.personhood import personhood_of
from tests.identity.enrolling import EILEEN, GRACE, Enroller
from tests.identity.lost import Lost
from tests.live import LiveStack

pytestmark = pytest.mark.stack


def verified(http: httpx.Client, receipt: str) -> dict[str, Any]:
    """The claims of a receipt, by the keys that this server publishes."""
    keys = jwt.PyJWKSet.from_dict(http.get("/api/humankind/v1/receipts/keys").json())
    key = keys[jwt.get_unverified_header(receipt)["kid"]]
    claims: dict[str, Any] = jwt.decode(receipt, key, algorithms=["EdDSA"])
    return claims


def test_a_face_is_erased_by_its_own_person_alone(http: httpx.Client, stack: LiveStack) -> None:
    grace, eileen = Enroller(http, "grace"), Enroller(http, "eileen")
    assert grace.enrol(GRACE)["state"] == "admitted"
    # Who is not enrolled erases nothing.
    stranger = Lost(http, "/erasures/by-face").show_face(EILEEN)
    assert (stranger["erased"], stranger["receipt"]) == (False, None)
    assert stranger["capture"]["reasons"][0]["code"] == "not_recognised"
    assert eileen.enrol(EILEEN)["state"] == "admitted"

    erased = Lost(http, "/erasures/by-face").show_face(GRACE)
    assert (erased["erased"], erased["capture"]["state"]) == (True, "matched")
    claims = verified(http, erased["receipt"])
    assert claims["asked_by"] == "live_match"
    assert (claims["erased"]["templates"], claims["key_epochs"]) == (1, [1])
    # Whoever asked does not learn whose face it was.
    assert "sub" not in claims
    assert str(grace.account.pk) not in repr(erased) and "grace" not in repr(erased)
    # Grace's codes are gone, at once; Eileen's are not.
    (left,) = Template.objects.all()
    assert left.person.account_id == eileen.account.pk
    assert SecondOpinion.objects.count() == 1
    assert not Credential.objects.filter(account=grace.account, kind="face", ended_at=None).exists()
    assert not personhood_of([grace.account.pk])[grace.account.pk].admitted
    # The account can be read, was told, and keeps its own receipt.
    assert grace.get("/notices").json()["notices"][0]["kind"] == "face_erased"
    kept = grace.get("/erasures").json()["erasures"]
    assert [row["asked_by"] for row in kept] == ["live_match"]
    assert verified(http, kept[0]["receipt"])["sub"] == str(grace.account.pk)
    newest = Consent.objects.filter(account=grace.account, purpose="biometric_check").order_by("-pk")[0]
    assert not newest.given
    # A second time there is nothing to find.
    assert Lost(http, "/erasures/by-face").show_face(GRACE)["erased"] is False
    assert ErasureReceipt.objects.count() == 1
    assert AccountNotice.objects.filter(kind="face_erased").count() == 1


def test_an_erased_face_recovers_nothing(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.enrol(GRACE)
    withdraw_consent(account_id=grace.account.pk, purpose="biometric_check")
    assert Lost(http).show_face(GRACE)["state"] == "lapsed"
    assert grace.get("/recoveries/mine").json()["recoveries"] == []


def test_a_request_is_seen_by_its_secret_alone(http: httpx.Client) -> None:
    mine, other = Lost(http, "/erasures/by-face"), Lost(http, "/erasures/by-face")
    mine.begin()
    other.begin()
    assert http.get(mine.path, headers=other.headers).status_code == 404
    assert http.get(mine.path).status_code == 404
    # A recovery's secret opens no erasure.
    recovery = Lost(http)
    recovery.begin()
    assert http.get(mine.path, headers=recovery.headers).status_code == 404
    assert mine.ask(policy_version="0").json()["code"] == "policy_outdated"
