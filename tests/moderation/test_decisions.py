"""Cases, decisions, undos: who may, what it does, what is refused."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, close_old_connections, connection, connections, transaction

from common.models import Event
from common.problems import Conflict, NotAllowed, NotFound, Problem
from feed.models import Notice, Profile, Status
from identity.queries.personhood import personhood_of
from moderation.jobs.end_dates import end_due_decisions
from moderation.models import BotScore, Case, Decision, Undo
from moderation.operations.decisions import decide, undo
from moderation.operations.reports import file_report
from moderation.queries.cases import queue
from moderation.queries.statements import own_decision, statement_of_reasons
from tests.moderation.world import moderator, said, someone, statement

pytestmark = pytest.mark.django_db(transaction=True)


def test_reports_on_one_account_gather_in_one_case_until_it_is_decided() -> None:
    spammer, ada, bob, judge = someone("spammer"), someone("ada"), someone("bob"), moderator()
    first = file_report(account_id=ada.pk, target_id=spammer.pk, category="spam")
    second = file_report(account_id=bob.pk, target_id=spammer.pk, comment="again and again")
    assert first.case_id == second.case_id
    assert Case.objects.get().reports_count == 2
    decide(case_id=first.case_id, moderator_id=judge.pk, effect="none", statement=statement())
    third = file_report(account_id=bob.pk, target_id=spammer.pk)
    assert third.case_id != first.case_id
    assert Event.objects.filter(kind="report.filed").count() == 3


def test_two_reports_at_the_same_moment_open_one_case() -> None:
    spammer = someone("spammer")
    reporters = [someone(f"reporter{number}").pk for number in range(8)]

    def report(account_id: int) -> int:
        close_old_connections()
        try:
            return file_report(account_id=account_id, target_id=spammer.pk).case_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        cases = set(threads.map(report, reporters))
    assert len(cases) == 1
    assert Case.objects.get().reports_count == 8


def test_a_status_is_withheld_with_reasons_to_its_author_and_comes_back() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    status = said(spammer, "Buy now")
    report = file_report(account_id=ada.pk, target_id=spammer.pk, status_ids=[status.pk])
    made = decide(
        case_id=report.case_id,
        moderator_id=judge.pk,
        effect="withhold_status",
        statement=statement(),
        status_ids=[status.pk],
    )
    assert Status.objects.get().withheld_at is not None
    notice = Notice.objects.get(account=spammer)
    assert notice.kind == "moderation_warning"
    assert notice.data["statement"]["facts"] == statement().facts
    assert judge.username not in str(notice.data)

    undo(decision_id=made.pk, moderator_id=judge.pk, reason="It was a joke between friends.")
    assert Status.objects.get().withheld_at is None
    assert Notice.objects.filter(account=spammer).count() == 2
    told = statement_of_reasons(own_decision(account_id=spammer.pk, decision_id=made.pk))
    assert told["undone"]["reason"] == "It was a joke between friends."
    with pytest.raises(NotFound):
        own_decision(account_id=ada.pk, decision_id=made.pk)


def test_what_two_decisions_take_comes_back_only_with_the_second() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    made = []
    for effect in ("limit_account", "suspend_account"):
        report = file_report(account_id=ada.pk, target_id=spammer.pk)
        made.append(decide(case_id=report.case_id, moderator_id=judge.pk, effect=effect, statement=statement()))
    assert Profile.objects.get(pk=spammer.pk).restriction == "suspended"
    undo(decision_id=made[1].pk, moderator_id=judge.pk, reason="Too harsh.")
    assert Profile.objects.get(pk=spammer.pk).restriction == "limited"
    undo(decision_id=made[0].pk, moderator_id=judge.pk, reason="Served its purpose.")
    assert Profile.objects.get(pk=spammer.pk).restriction == ""


def test_a_request_for_verification_ends_the_credential_and_undone_gives_it_back() -> None:
    suspect, ada, judge = someone("suspect"), someone("ada"), moderator()
    report = file_report(account_id=ada.pk, target_id=suspect.pk)
    made = decide(case_id=report.case_id, moderator_id=judge.pk, effect="request_reverification", statement=statement())
    assert not personhood_of([suspect.pk])[suspect.pk].admitted
    assert Notice.objects.filter(account=suspect).count() == 1
    undo(decision_id=made.pk, moderator_id=judge.pk, reason="Wrong account.")
    assert personhood_of([suspect.pk])[suspect.pk].admitted


def test_a_decision_ends_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    report = file_report(account_id=ada.pk, target_id=spammer.pk)
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    decide(
        case_id=report.case_id,
        moderator_id=judge.pk,
        effect="suspend_account",
        statement=statement(end_date=tomorrow.date()),
    )
    assert end_due_decisions() == 0
    monkeypatch.setattr("moderation.jobs.end_dates.timezone.now", lambda: tomorrow)
    assert end_due_decisions() == 1
    assert end_due_decisions() == 0
    assert Profile.objects.get(pk=spammer.pk).restriction == ""
    assert Undo.objects.get().moderator is None


def test_only_a_moderator_decides_and_nobody_on_their_own_account() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    ada.is_staff = True
    ada.save()
    report = file_report(account_id=judge.pk, target_id=spammer.pk)
    for outsider in (spammer, ada):
        with pytest.raises(NotAllowed):
            decide(case_id=report.case_id, moderator_id=outsider.pk, effect="none", statement=statement())
    own = file_report(account_id=ada.pk, target_id=judge.pk)
    with pytest.raises(Conflict):
        decide(case_id=own.case_id, moderator_id=judge.pk, effect="none", statement=statement())
    made = decide(case_id=report.case_id, moderator_id=judge.pk, effect="none", statement=statement())
    with pytest.raises(NotAllowed):
        undo(decision_id=made.pk, moderator_id=ada.pk, reason="Because.")
    judge.groups.clear()
    with pytest.raises(NotAllowed):
        undo(decision_id=made.pk, moderator_id=judge.pk, reason="Because.")


def test_nothing_is_decided_or_undone_twice() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    case_id = file_report(account_id=ada.pk, target_id=spammer.pk).case_id
    made = decide(case_id=case_id, moderator_id=judge.pk, effect="suspend_account", statement=statement())
    with pytest.raises(Conflict):
        decide(case_id=case_id, moderator_id=judge.pk, effect="none", statement=statement())
    undo(decision_id=made.pk, moderator_id=judge.pk, reason="Wrong account.")
    with pytest.raises(Conflict):
        undo(decision_id=made.pk, moderator_id=judge.pk, reason="Wrong account.")
    assert Decision.objects.count() == Undo.objects.count() == 1
    assert Event.objects.filter(kind__in=("decision.made", "decision.undone")).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"facts": " "}, "facts"),
        ({"facts": "x" * 5001}, "facts"),
        ({"rule": ""}, "rule"),
        ({"ground": "taste"}, "ground"),
        ({"category": "boring"}, "category"),
        ({"content_date": dt.date(2999, 1, 1)}, "content_date"),
        ({"end_date": dt.date(2000, 1, 1)}, "end_date"),
    ],
)
def test_a_statement_that_leaves_something_out_decides_nothing(changes: dict[str, object], field: str) -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    case_id = file_report(account_id=ada.pk, target_id=spammer.pk).case_id
    with pytest.raises(Problem) as refusal:
        decide(case_id=case_id, moderator_id=judge.pk, effect="none", statement=statement(**changes))
    assert refusal.value.field == field
    assert not Decision.objects.exists()


def test_a_decision_names_statuses_of_the_reported_account_only() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    innocent = said(ada, "Good morning")
    case_id = file_report(account_id=ada.pk, target_id=spammer.pk).case_id
    for chosen in ([], [innocent.pk], [1]):
        with pytest.raises(Problem):
            decide(
                case_id=case_id,
                moderator_id=judge.pk,
                effect="withhold_status",
                statement=statement(),
                status_ids=chosen,
            )
    assert Status.objects.get().withheld_at is None


def test_the_database_refuses_to_change_what_was_decided() -> None:
    spammer, ada, judge = someone("spammer"), someone("ada"), moderator()
    case_id = file_report(account_id=ada.pk, target_id=spammer.pk).case_id
    made = decide(case_id=case_id, moderator_id=judge.pk, effect="none", statement=statement())
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(facts="Something else")
    assert connection.is_usable()
    assert Decision.objects.get().facts == statement().facts


def test_the_queue_puts_likely_bots_first_and_then_the_most_reported() -> None:
    people = [someone(name) for name in ("quiet", "loud", "machine")]
    ada, bob = someone("ada"), someone("bob")
    for target in people:
        file_report(account_id=ada.pk, target_id=target.pk)
    file_report(account_id=bob.pk, target_id=people[1].pk)
    for score, seq in ((0.1, 1), (0.9, 2)):
        BotScore.objects.create(
            account=people[2], score=score, model_version="m", reasons=[], features={}, event_seq=seq
        )
    assert [case.account.username for case in queue()] == ["machine", "loud", "quiet"]
