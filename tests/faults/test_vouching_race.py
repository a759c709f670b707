"""Words at the same instant: a ring that each of them alone does not close, and a person admitted once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from identity.models import Credential, Vouch
from tests.identity.refereeing import API, Trusted, code_of, person, referee, staff
from tests.live import LiveStack

pytestmark = pytest.mark.stack


def signed_together(stack: LiveStack, words: list[tuple[Trusted, str]]) -> list[tuple[int, str]]:
    """Begin every word, then sign them all at once; status and code of each, sorted."""
    opened = [(each, each.begin(code).json()) for each, code in words]
    together = threading.Barrier(len(opened))

    def sign(pair: tuple[Trusted, dict[str, Any]]) -> tuple[int, str]:
        each, vouch = pair
        given = {"response": each.key.get(vouch["public_key"])}
        with httpx.Client(base_url=stack.url, timeout=60) as own:
            together.wait(30)
            answer = own.post(f"{API}/vouches/{vouch['id']}/signature", json=given, headers=each.caller.headers)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(len(opened)) as threads:
        return sorted(threads.map(sign, opened))


def test_a_ring_of_three_signed_at_the_same_instant_stays_open(http: httpx.Client, stack: LiveStack) -> None:
    appointer = staff(http)
    for _ in range(3):
        ada, ben, cleo = (referee(http, appointer) for _ in range(3))
        words = [(ada, code_of(ben.caller)), (ben, code_of(cleo.caller)), (cleo, code_of(ada.caller))]
        assert signed_together(stack, words) == [(200, ""), (200, ""), (409, "vouching_ring")]


def test_two_words_at_the_same_instant_admit_once(http: httpx.Client, stack: LiveStack) -> None:
    appointer = staff(http)
    first, second = referee(http, appointer), referee(http, appointer)
    vera = person(http)
    one = first.begin(code_of(vera)).json()
    two = second.begin(code_of(vera)).json()
    together = threading.Barrier(2)

    def sign(pair: tuple[Trusted, dict[str, Any]]) -> int:
        together.wait(30)
        return pair[0].sign(pair[1]).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(sign, [(first, one), (second, two)])) == [200, 200]
    assert Credential.objects.filter(kind="referee", ended_at=None, account_id=vera.account_id).count() == 1
    assert Vouch.objects.filter(signed_at__isnull=False).count() == 2
    assert vera.get(f"{API}/personhood").json()["admitted"] is True
