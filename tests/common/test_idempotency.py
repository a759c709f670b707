"""A client's retry finds its first answer, also while the first request still runs."""

import threading

import pytest
from django.db import connections, transaction

from common.events import record
from common.idempotency import Answer, answer_once
from common.models import Event
from common.problems import Problem


def act() -> Answer:
    event = record("acted")
    return Answer(201, {"seq": event.seq})


def ask(key: str | None, **parameters: str) -> Answer:
    with transaction.atomic():
        return answer_once(account_id=1, endpoint="posts", key=key, parameters=parameters, act=act)


def test_a_repeated_request_gets_the_first_answer_and_acts_once(transactional_db: None) -> None:
    first, again = ask("k", text="hello"), ask("k", text="hello")
    assert again == Answer(201, first.body, replayed=True)
    assert Event.objects.count() == 1


def test_a_key_used_for_another_request_is_refused(transactional_db: None) -> None:
    ask("k", text="hello")
    with pytest.raises(Problem, match="used for another request"):
        ask("k", text="goodbye")


def test_a_request_that_failed_may_be_tried_again_with_its_key(transactional_db: None) -> None:
    def fail() -> Answer:
        raise Problem("no")

    with pytest.raises(Problem):
        answer_once(account_id=1, endpoint="posts", key="k", parameters={}, act=fail)
    assert ask("k").status == 201


def test_eight_retries_at_the_same_instant_act_once(transactional_db: None) -> None:
    answers: list[Answer] = []
    barrier = threading.Barrier(8)

    def retry() -> None:
        barrier.wait()
        answers.append(ask("k"))
        connections.close_all()

    threads = [threading.Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == 1
    assert len({answer.body["seq"] for answer in answers}) == 1
    assert len(answers) == 8


def test_a_key_that_is_too_long_is_refused_with_the_limit(transactional_db: None) -> None:
    with pytest.raises(Problem) as refusal:
        ask("k" * 201)
    assert refusal.value.limit == 200
