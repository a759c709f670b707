"""What never leaves, whatever the setting: each case is one condition of the gate, and fails without it.

Somebody's words are in a release, something happens, and the next one, which is made from what changed alone, has noticed
it and retracts them; what ends is noticed too.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.models import Event
from common.problems import NotFound
from feed.models import Status
from feed.operations.restrictions import lift_restriction, restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.operations.training import hold_training, release_training, set_for_training
from feed.queries.training import consented_author_table, consented_single_statuses
from identity.models import AgeDeclaration, Credential
from identity.operations.admission import admit_simulated
from identity.operations.age import declare_age
from identity.operations.presence import demand_presence, waive_demands
from identity.operations.reverification import require_reverification, waive_reverification
from moderation.models import Decision
from moderation.operations.decisions import decide
from moderation.operations.reports import file_report
from moderation.operations.roles import appoint_moderator
from tests.exports.world import PURPOSE, Change, Said, Team, agree, leave, operator, person, say, withdraw
from tests.moderation.world import statement


def in_transaction(act: Change) -> Change:
    def acted(said: Said) -> object:
        with transaction.atomic():
            return act(said)

    return acted


def ages_down(said: Said) -> object:
    return declare_age(account_id=said.author.pk, region="DE", over=0)


def asked_to_be_there(said: Said) -> object:
    tomorrow = timezone.now() + timedelta(days=1)
    return demand_presence(account_id=said.author.pk, asked_by="test", reason="Are you there?", deadline=tomorrow)


def reported(said: Said) -> object:
    return file_report(account_id=person(consents=False).pk, target_id=said.author.pk)


def decided(said: Said) -> object:
    judge = operator()
    appoint_moderator(account_id=judge.pk)
    case = said.author.cases.get()
    return decide(case_id=case.pk, moderator_id=judge.pk, effect=Decision.Effect.NONE, statement=statement())


# What happens to the person or the status, what undoes it, and the reason that recipients read.
CHANGES: dict[str, tuple[Change, Change | None, str]] = {
    "withdrawn": (lambda said: withdraw(said.author), lambda said: agree(said.author), "consent_withdrawn"),
    "deleted": (lambda said: delete_status(account_id=said.author.pk, status_id=said.status.pk), None, "deleted"),
    "withheld": (
        lambda said: withhold_status(status_id=said.status.pk, notice=None),
        lambda said: restore_status(status_id=said.status.pk),
        "withheld",
    ),
    "excluded": (
        lambda said: set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=False),
        lambda said: set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=True),
        "not_for_training",
    ),
    "restricted": (
        lambda said: restrict_account(account_id=said.author.pk, restriction="limited", notice=None),
        lambda said: lift_restriction(account_id=said.author.pk),
        "account_restricted",
    ),
    "reverification asked": (
        in_transaction(lambda said: require_reverification(account_id=said.author.pk)),
        in_transaction(lambda said: waive_reverification(account_id=said.author.pk)),
        "credential_ended",
    ),
    "presence asked": (asked_to_be_there, lambda said: waive_demands(account_id=said.author.pk), "held"),
    "reported": (reported, decided, "held"),
    "likely a program": (
        lambda said: hold_training(account_id=said.author.pk, reason="bot_score"),
        lambda said: release_training(account_id=said.author.pk, reason="bot_score"),
        "held",
    ),
    "a minor": (ages_down, None, "no_longer_eligible"),
    "left": (lambda said: leave(said.author), None, "consent_withdrawn"),
    "credential run out": (
        lambda said: Credential.objects.filter(account=said.author).update(expires_at=timezone.now()),
        None,
        "no_longer_eligible",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_happens_later_is_noticed_and_retracted_and_what_ends_is_noticed_too(
    team: Team, said: Said, name: str
) -> None:
    happens, ends, reason = CHANGES[name]
    team.built()
    assert "her words" in team.texts(1)
    happens(said)
    team.built()
    assert team.texts(2) == {"somebody else's words stay"}
    assert list(team.retractions(2).values()) == [reason]
    if ends is not None:
        ends(said)
        team.built()
        assert team.texts(3) == {"somebody else's words stay", "her words"}


def test_only_what_everybody_may_read_goes_in(team: Team) -> None:
    ada = person()
    for visibility in ("public", "unlisted", "private", "direct"):
        say(ada, visibility, visibility=visibility)
    team.built()
    assert team.texts(1) == {"public"}


def test_simulated_people_and_people_who_showed_less_are_not_read(team: Team) -> None:
    say(person(), "human")
    agent = person(consents=False)
    Credential.objects.filter(account=agent).delete()
    admit_simulated(account_id=agent.pk, operator="test")
    agree(agent)
    say(agent, "simulated")
    weaker = person()
    say(weaker, "somebody was there")
    Credential.objects.filter(account=weaker).update(level=Credential.Level.PRESENT)
    team.built()
    assert team.texts(1) == {"human"}


def test_who_did_not_say_to_be_an_adult_is_not_read(team: Team) -> None:
    """An unknown age, and one that only met a lower minimum, is no adult's; "at least 18" is noticed."""
    say(person(), "an adult")
    unknown, sixteen = person(), person()
    AgeDeclaration.objects.filter(account__in=(unknown, sixteen)).delete()
    declare_age(account_id=sixteen.pk, region="DE", over=16)
    say(unknown, "never asked")
    say(sixteen, "at least sixteen")
    team.built()
    assert team.texts(1) == {"an adult"}
    declare_age(account_id=sixteen.pk, region="DE", over=18)
    team.built()
    assert team.texts(2) == {"an adult", "at least sixteen"}


def test_what_was_written_before_anybody_knew_that_a_human_is_there_stays_out(team: Team) -> None:
    ada = person()
    early, late = say(ada, "before"), say(ada, "after")
    Credential.objects.filter(account=ada).update(issued_at=late.created_at)
    Status.objects.filter(pk=early.pk).update(created_at=late.created_at - timedelta(seconds=1))
    team.built()
    assert team.texts(1) == {"after"}


def test_the_word_on_training_is_no_edit_and_only_the_authors(team: Team, said: Said) -> None:
    with pytest.raises(NotFound):
        set_for_training(account_id=person().pk, status_id=said.status.pk, for_training=False)
    set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=False)
    said.status.refresh_from_db()
    assert (said.status.for_training, said.status.edited_at, said.status.edits.count()) == (False, None, 0)
    # Twice is once: there is no second event.
    set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=False)
    assert Event.objects.filter(kind="status.kept_from_training", subject_id=said.status.pk).count() == 1


def test_single_statuses_are_given_only_of_authors_who_may_be_read(team: Team) -> None:
    """Whoever asks for single ones by their ids gets none of somebody who did not agree, whatever ids are named."""
    ada, grace = person(), person(consents=False)
    said, kept = say(ada, "Ada's, for training"), say(grace, "Grace's, and hers alone")
    agreed = consented_author_table(purpose=PURPOSE, account_ids=[ada.pk, grace.pk])
    for known in (agreed, agreed.slice(0, 0)):
        given, authors = consented_single_statuses(purpose=PURPOSE, status_ids=[said.pk, kept.pk], known=known)
        assert (given["id"].to_pylist(), authors["account_id"].to_pylist()) == ([said.pk], [ada.pk])
    given, _ = consented_single_statuses(purpose=PURPOSE, status_ids=[said.pk], known=agreed, without=[ada.pk])
    assert not given.num_rows
