"""The equal path without biometrics: two referees who have met somebody give their word, signed by their passkeys."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone
from fido2 import cbor
from fido2.utils import websafe_decode

from common.models import Event
from identity.models import Credential, Referee, ReviewCase, Vouch, VouchRequest
from identity.operations.referees import report_bad_record
from identity.operations.reverification import require_reverification
from moderation.operations.decisions import decide, undo
from moderation.operations.reports import file_report
from tests.clients.people import Caller, join
from tests.identity.refereeing import API, Trusted, admit_by_face, code_of, person, referee, refused, staff
from tests.moderation.world import moderator, statement

pytestmark = pytest.mark.stack


@pytest.fixture
def appointer(http: httpx.Client) -> Caller:
    return staff(http)


def two(http: httpx.Client, appointer: Caller) -> tuple[Trusted, Trusted]:
    return referee(http, appointer), referee(http, appointer)


def vouched_for(http: httpx.Client, *referees: Trusted) -> Caller:
    somebody = person(http)
    for each in referees:
        assert each.vouch_for(somebody).status_code == 200
    return somebody


def test_two_referees_admit_somebody_who_then_posts_like_anybody(http: httpx.Client, appointer: Caller) -> None:
    first, second = two(http, appointer)
    vera = person(http)
    assert vera.post("/api/v1/statuses", status="too early").status_code == 403
    begun = first.begin(code_of(vera))
    assert begun.status_code == 201, begun.text
    assert f"@{vera.username}" in begun.json()["statement"]
    assert "living human" in begun.json()["statement"]
    signed = first.sign(begun.json())
    assert (signed.status_code, "One more referee" in signed.json()["needs"]) == (200, True), signed.text
    assert vera.get(f"{API}/personhood").json()["admitted"] is False
    assert second.vouch_for(vera).json()["needs"] == ""
    shown = vera.get(f"{API}/personhood").json()
    assert (shown["level"], shown["method"], shown["admitted"]) == ("unique", "two-referees-1", True)
    status = vera.say("two people have met me")
    friend = join(http, "friend_of_vera")
    friend.follow(vera)
    assert friend.post(f"/api/v1/statuses/{status}/favourite").status_code in (200, 404)
    account = http.get(f"/api/v1/accounts/{vera.account_id}").json()
    assert account["humankind"]["personhood"]["level"] == "unique"
    received = vera.get(f"{API}/vouches").json()["vouches"]
    assert {each["referee"] for each in received} == {first.caller.username, second.caller.username}
    assert [each["person"] for each in first.caller.get(f"{API}/vouches", **{"as": "referee"}).json()["vouches"]] == [
        vera.username
    ]


def test_anybody_can_check_the_signature_later(http: httpx.Client, appointer: Caller) -> None:
    vouched_for(http, referee(http, appointer))
    vouch = Vouch.objects.get()
    digest = hashlib.sha256(vouch.statement.encode()).digest()
    assert digest.hex() == vouch.digest
    assert vouch.response and vouch.public_key
    answer = vouch.response["response"]
    client = websafe_decode(answer["clientDataJSON"])
    challenge = websafe_decode(json.loads(client)["challenge"])
    assert challenge == hashlib.sha256(websafe_decode(vouch.nonce) + digest).digest()
    cose: Any = cbor.decode(bytes(vouch.public_key))
    key = ec.EllipticCurvePublicNumbers(int.from_bytes(cose[-2]), int.from_bytes(cose[-3]), ec.SECP256R1()).public_key()
    signed = websafe_decode(answer["authenticatorData"]) + hashlib.sha256(client).digest()
    key.verify(websafe_decode(answer["signature"]), signed, ec.ECDSA(hashes.SHA256()))


def test_a_signature_over_anything_else_is_no_word(http: httpx.Client, appointer: Caller) -> None:
    first = referee(http, appointer)
    one, other = (first.begin(code_of(person(http))).json() for _ in range(2))
    presence = first.caller.post(f"{API}/passkeys/assertion/begin", reason="presence").json()
    for options in (presence["public_key"], other["public_key"]):
        answer = first.caller.post(f"{API}/vouches/{one['id']}/signature", response=first.key.get(options))
        assert answer.status_code in (409, 422), answer.text
    stranger = referee(http, appointer)
    response = stranger.key.get(one["public_key"])
    assert stranger.caller.post(f"{API}/vouches/{one['id']}/signature", response=response).status_code == 404
    assert first.caller.post(f"{API}/vouches/{one['id']}/signature", response=response).status_code in (404, 409, 422)
    assert not Vouch.objects.filter(signed_at__isnull=False).exists()


def test_without_user_verification_nothing_is_signed(http: httpx.Client, appointer: Caller) -> None:
    first = referee(http, appointer)
    opened = first.begin(code_of(person(http))).json()
    first.key.user_verified = False
    assert first.sign(opened).status_code == 422
    first.key.user_verified = True
    # The challenge is used up; the code gives another until the word is signed.
    assert refused(first.sign(opened))[0] == 409
    assert not Vouch.objects.filter(signed_at__isnull=False).exists()


def test_a_code_is_shown_once_used_once_and_ends(http: httpx.Client, appointer: Caller) -> None:
    first, second = two(http, appointer)
    vera = person(http)
    code = code_of(vera)
    assert code.replace("-", "") not in json.dumps(list(VouchRequest.objects.values()), default=str)
    opened = first.begin(code.lower().replace("-", " "))
    assert opened.status_code == 201, opened.text
    assert refused(second.begin(code)) == (404, "no_such_code")
    again = first.begin(code)
    assert (again.status_code, again.json()["id"]) == (201, opened.json()["id"])
    assert first.sign(again.json()).status_code == 200
    assert first.sign(again.json()).status_code == 200, "signing twice is the same as once"
    assert refused(first.begin(code)) == (404, "no_such_code")
    earlier, newer = code_of(vera), code_of(vera)
    assert refused(second.begin(earlier)) == (404, "no_such_code")
    VouchRequest.objects.update(expires_at=timezone.now())
    assert refused(second.begin(newer)) == (404, "no_such_code")
    assert refused(second.begin("0000-0000")) == (404, "no_such_code")
    assert second.begin(code_of(vera), met_on="2020-01-01").status_code == 422
    assert second.begin(code_of(vera), place="on the moon").status_code == 422


def test_guessing_codes_is_stopped(http: httpx.Client, appointer: Caller) -> None:
    first = referee(http, appointer)
    for number in range(30):
        assert first.begin(f"guess-{number}").status_code == 404
    assert first.begin("guess-30").status_code == 429


def test_only_a_referee_of_some_standing_vouches(http: httpx.Client, appointer: Caller) -> None:
    vera = person(http)
    nobody = Trusted(join(http, "not_a_referee"))
    assert refused(nobody.begin(code_of(vera))) == (403, "no_referee")
    fresh = referee(http, appointer)
    Referee.objects.update(trusted_since=timezone.now())
    assert refused(fresh.begin(code_of(vera))) == (403, "referee_too_new")
    Referee.objects.update(trusted_since=timezone.now() - timedelta(days=31))
    Credential.objects.filter(account_id=fresh.caller.account_id).update(ended_at=timezone.now())
    assert refused(fresh.begin(code_of(vera))) == (403, "personhood_required")


def test_the_role_is_given_by_staff_who_may(http: httpx.Client, appointer: Caller) -> None:
    somebody, admitted = person(http), person(http)
    admit_by_face(admitted.account_id)
    refusals = [
        (admitted, somebody, (403, "permission_denied")),
        (appointer, somebody, (403, "personhood_required")),
        (appointer, appointer, (409, "own_appointment")),
    ]
    for by, of, expected in refusals:
        assert refused(by.post(f"{API}/referees", account_id=of.account_id)) == expected
    assert refused(appointer.post(f"{API}/referees", account_id=1)) == (404, "not_found")
    assert appointer.post(f"{API}/referees", account_id=admitted.account_id).status_code == 201
    assert refused(appointer.post(f"{API}/referees", account_id=admitted.account_id)) == (409, "already_referee")
    assert refused(somebody.post(f"{API}/referees/{admitted.account_id}/end")) == (403, "not_allowed")
    resigned = admitted.post(f"{API}/referees/{admitted.account_id}/end")
    assert (resigned.status_code, resigned.json()["end_reason"]) == (200, "resigned")


def test_nobody_vouches_for_themselves_or_twice(http: httpx.Client, appointer: Caller) -> None:
    first = referee(http, appointer)
    assert refused(first.vouch_for(first.caller)) == (409, "own_vouch")
    vera = vouched_for(http, first)
    assert refused(first.vouch_for(vera)) == (409, "already_vouched")


def test_a_ring_of_three_is_refused(http: httpx.Client, appointer: Caller) -> None:
    ada, ben, cleo = (referee(http, appointer) for _ in range(3))
    assert ada.vouch_for(ben.caller).status_code == 200
    assert ben.vouch_for(cleo.caller).status_code == 200
    closing = cleo.vouch_for(ada.caller)
    assert refused(closing) == (409, "vouching_ring")
    assert "ring" in closing.json()["detail"]
    assert refused(ben.vouch_for(ada.caller)) == (409, "vouching_ring")
    assert Vouch.objects.filter(signed_at__isnull=False).count() == 2


def test_referees_who_vouched_for_each_other_are_not_two(http: httpx.Client, appointer: Caller) -> None:
    ada, ben = two(http, appointer)
    assert ada.vouch_for(ben.caller).status_code == 200
    vera = vouched_for(http, ada)
    assert refused(ben.vouch_for(vera)) == (409, "referees_not_independent")
    cleo = referee(http, appointer)
    assert cleo.vouch_for(vera).json()["needs"] == ""


def test_referees_made_by_the_same_two_are_not_two(http: httpx.Client, appointer: Caller) -> None:
    roots = two(http, appointer)
    puppets = [referee(http, appointer, account=vouched_for(http, *roots)) for _ in range(2)]
    vera = person(http)
    assert puppets[0].vouch_for(vera).status_code == 200
    assert refused(puppets[1].vouch_for(vera)) == (409, "referees_not_independent")
    # With a face of their own they no longer rest on those two.
    admit_by_face(puppets[1].caller.account_id)
    assert puppets[1].vouch_for(vera).json()["needs"] == ""


def test_a_referee_who_rests_on_the_other_is_not_a_second(http: httpx.Client, appointer: Caller) -> None:
    root, other = two(http, appointer)
    child = referee(http, appointer, account=vouched_for(http, root, other))
    grandchild_of_root = person(http)
    assert child.vouch_for(grandchild_of_root).status_code == 200
    assert refused(root.vouch_for(grandchild_of_root)) == (409, "referees_not_independent")


def test_a_referee_has_a_month_of_ten(http: httpx.Client, appointer: Caller) -> None:
    first = referee(http, appointer)
    vouched_for(http, first)
    template = Vouch.objects.get()
    for _ in range(9):
        somebody = person(http)
        request = VouchRequest.objects.create(
            account_id=somebody.account_id, code_digest=somebody.username, expires_at=timezone.now()
        )
        Vouch.objects.create(
            referee=template.referee,
            account_id=somebody.account_id,
            request=request,
            met_on=template.met_on,
            place=template.place,
            statement=template.statement,
            digest=template.digest,
            deadline=template.deadline,
            signed_at=timezone.now(),
        )
    eleventh = first.vouch_for(person(http))
    assert (refused(eleventh), eleventh.json()["limit"]) == ((429, "vouch_cap"), 10)
    Vouch.objects.update(signed_at=timezone.now() - timedelta(days=31))
    assert first.vouch_for(person(http)).status_code == 200


def test_a_bad_record_puts_vouchees_in_review_and_takes_nothing_before(http: httpx.Client, appointer: Caller) -> None:
    bad, good = two(http, appointer)
    vera = vouched_for(http, bad, good)
    unrelated = vouched_for(http, good, referee(http, appointer))
    waiting = vouched_for(http, bad)
    path = f"{API}/referees/{bad.caller.account_id}/end"
    assert refused(appointer.post(path, bad_record=True)) == (422, "invalid")
    answer = appointer.post(path, bad_record=True, words="vouched for an account that a machine ran")
    assert (answer.status_code, answer.json()["end_reason"]) == (200, "bad_record"), answer.text
    case = ReviewCase.objects.get()
    assert (case.account_id, case.kind, case.undecided) == (vera.account_id, "referee_record", True)
    assert bad.caller.username not in json.dumps(case.grounds)
    assert vera.say("my case is not decided yet")
    assert unrelated.say("nobody doubts me")
    # Their word counts no more where it has not admitted anybody yet, and they have no role.
    third = referee(http, appointer)
    assert "One more referee" in third.vouch_for(waiting).json()["needs"]
    assert refused(bad.begin(code_of(person(http)))) == (403, "no_referee")
    assert refused(appointer.post(f"{API}/referees", account_id=bad.caller.account_id)) == (409, "bad_record")
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"referee.appointed", "vouch.signed", "referee.ended", "vouch.doubted"} <= kinds


def test_a_moderator_who_suspends_a_referee_ends_the_role_and_an_undo_gives_it_back(
    http: httpx.Client, appointer: Caller
) -> None:
    bad, good = two(http, appointer)
    vera, judge = vouched_for(http, bad, good), moderator()
    report = file_report(account_id=judge.pk, target_id=bad.caller.account_id)
    made = decide(case_id=report.case_id, moderator_id=judge.pk, effect="suspend_account", statement=statement())
    assert ReviewCase.objects.get().account_id == vera.account_id
    assert refused(bad.begin(code_of(person(http)))) == (403, "no_referee")
    undo(decision_id=made.pk, moderator_id=judge.pk, reason="Wrong account.")
    assert bad.vouch_for(person(http)).status_code == 200


def test_reporting_twice_opens_one_case(http: httpx.Client, appointer: Caller) -> None:
    bad, good = two(http, appointer)
    vouched_for(http, bad, good)
    for _ in range(2):
        assert report_bad_record(account_id=bad.caller.account_id, reported_by=None, reason="of a test") == 1
    assert report_bad_record(account_id=appointer.account_id, reported_by=None, reason="was never one") == 0
    assert ReviewCase.objects.count() == 1


def test_old_words_do_not_undo_an_end(http: httpx.Client, appointer: Caller) -> None:
    first, second = two(http, appointer)
    vera = vouched_for(http, first, second)
    opened = Vouch.objects.filter(referee__account_id=second.caller.account_id).get()
    with transaction.atomic():
        require_reverification(account_id=vera.account_id)
    again = second.caller.post(f"{API}/vouches/{opened.pk}/signature", response=json.loads(json.dumps(opened.response)))
    assert "One more referee" in again.json()["needs"]
    assert "One more referee" in referee(http, appointer).vouch_for(vera).json()["needs"]
    assert vera.post("/api/v1/statuses", status="not yet").status_code == 403
    assert referee(http, appointer).vouch_for(vera).json()["needs"] == ""


def test_two_fresh_words_renew(http: httpx.Client, appointer: Caller) -> None:
    first, second = two(http, appointer)
    vera = vouched_for(http, first, second)
    Credential.objects.filter(kind="referee").update(expires_at=timezone.now() + timedelta(days=20))
    Vouch.objects.update(signed_at=timezone.now() - timedelta(days=345))
    assert "One more referee" in first.vouch_for(vera).json()["needs"]
    assert second.vouch_for(vera).json()["needs"] == ""
    live = Credential.objects.get(kind="referee", ended_at=None)
    assert live.expires_at > timezone.now() + timedelta(days=300)
