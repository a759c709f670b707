"""The event log: nothing that was committed is ever skipped, and a reader that fails reads it again."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, connections, transaction

from common import events
from common.events import Recorded
from common.models import Event


def test_an_event_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        events.record("status.posted")


def test_a_slow_commit_is_read_after_the_faster_ones_that_overtook_it(transactional_db: None) -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            events.record("slow")
            started.set()
            finish.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    with transaction.atomic():
        events.record("fast")
    seen: list[str] = []
    seen += [event.kind for event in _consume("reader")]
    finish.set()
    thread.join()
    seen += [event.kind for event in _consume("reader")]
    assert sorted(seen) == ["fast", "slow"]


def test_a_sequence_number_taken_before_the_transaction_number_is_not_skipped(transactional_db: None) -> None:
    """The overtaken transaction takes its number late: only the order of transactions is safe to read in."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('common_event', 'seq'))")
        early = cursor.fetchone()[0]
    with transaction.atomic():
        events.record("overtaking")
    seen = [event.kind for event in _consume("reader")]
    with transaction.atomic():
        Event.objects.create(seq=early, kind="overtaken")
    seen += [event.kind for event in _consume("reader")]
    assert seen == ["overtaking", "overtaken"]


def test_a_reader_that_fails_reads_the_same_events_again(transactional_db: None) -> None:
    with transaction.atomic():
        events.record("status.posted", subject_id=7)
    with pytest.raises(ZeroDivisionError), events.consume("reader", limit=10):
        raise ZeroDivisionError
    assert [event.subject_id for event in _consume("reader")] == [7]
    assert list(_consume("reader")) == []


def test_two_readers_of_one_cursor_never_read_the_same_event(transactional_db: None) -> None:
    with transaction.atomic():
        events.record("status.posted")
    other: list[list[Recorded]] = []

    def read() -> None:
        other.append(list(_consume("reader")))
        connections.close_all()

    with events.consume("reader", limit=10) as mine:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert (len(mine), other) == (1, [[]])


def test_a_restored_log_is_readable_again_after_a_rebase(transactional_db: None) -> None:
    with transaction.atomic():
        events.record("old")
    Event.objects.update(transaction=1 << 60)
    assert list(_consume("reader")) == []
    events.rebase()
    assert [event.kind for event in _consume("reader")] == ["old"]


def _consume(name: str) -> Iterator[Recorded]:
    with events.consume(name, limit=10) as found:
        return iter(found)
