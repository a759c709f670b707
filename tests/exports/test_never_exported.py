"""What never leaves, whatever the setting: each case is one condition of the gate, and fails without it.

Somebody's words are in a release, something happens, and the next one, which is made from what changed alone, has noticed
it and retracts them; what ends is noticed too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.models import Event
from common.problems import NotFound
from feed.jobs.erase_closed import erase_closed_account
from feed.models import Profile, Status
from feed.operations.edits import edit_status
from feed.operations.quotes import revoke_quote
from feed.operations.reblogs import reblog
from feed.operations.restrictions import lift_restriction, restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.operations.training import hold_training, release_training, set_for_training
from feed.queries.training import consented_statuses
from identity.models import Account, AgeDeclaration, Credential
from identity.operations.admission import admit_simulated
from identity.operations.age import declare_age
from identity.operations.consents import withdraw_consent
from identity.operations.presence import demand_presence, waive_demands
from identity.operations.reverification import require_reverification, waive_reverification
from moderation.models import Decision
from moderation.operations.decisions import decide
from moderation.operations.reports import file_report
from moderation.operations.roles import appoint_moderator
from tests.exports.world import Team, agree, operator, person, say, withdraw
from tests.identity.world import consent
from tests.moderation.world import statement


@dataclass
class Said:
    """One person and what she said; somebody else keeps the release from being empty."""

    author: Account
    status: Status


Change = Callable[[Said], object]


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
    "closed": (
        lambda said: Account.objects.filter(pk=said.author.pk).update(is_active=False),
        None,
        "no_longer_eligible",
    ),
    "credential run out": (
        lambda said: Credential.objects.filter(account=said.author).update(expires_at=timezone.now()),
        None,
        "no_longer_eligible",
    ),
}


@pytest.fixture
def said(team: Team) -> Said:
    say(person(), "somebody else's words stay")
    author = person()
    return Said(author, say(author, "her words"))


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


def test_a_reblog_is_not_the_rebloggers_to_give(team: Team) -> None:
    ada, grace = person(), person(consents=False)
    say(ada, "mine")
    shown = say(grace, "hers")
    made = reblog(account_id=ada.pk, status_id=shown.pk)
    Status.objects.filter(pk=made.pk).update(for_training=True, text="hers")
    team.built()
    assert team.texts(1) == {"mine"}


def test_answers_to_others_need_a_consent_of_their_own(team: Team) -> None:
    """One's own thread is one's own; a withdrawal of the answers alone says why they went."""
    ada, grace = person(), person(consents=False)
    hers, own = say(grace, "a question"), say(ada, "a thread")
    say(ada, "continued", in_reply_to_id=own.pk)
    answer = say(ada, "an answer", in_reply_to_id=hers.pk)
    say(ada, "more of the answer", in_reply_to_id=answer.pk)
    team.built()
    assert team.texts(1) == {"a thread", "continued"}
    consent(ada.pk, "training_replies")
    team.built()
    assert team.texts(2) == {"a thread", "continued", "an answer", "more of the answer"}
    withdraw_consent(account_id=ada.pk, purpose="training_replies")
    team.built()
    assert team.texts(3) == {"a thread", "continued"}
    assert set(team.retractions(3).values()) == {"consent_withdrawn"}


def test_answers_alone_are_no_consent(team: Team) -> None:
    say(person(), "somebody else")
    ada = person(consents=False)
    consent(ada.pk, "training_replies")
    say(ada, "an answer", in_reply_to_id=say(ada, "a post").pk)
    team.built()
    assert team.texts(1) == {"somebody else"}


def erase(account: Account) -> None:
    """What the sweep does with a closed account."""
    Account.objects.filter(pk=account.pk).update(is_active=False, closed_at=timezone.now())
    erase_closed_account(account.pk)
    assert not Profile.objects.filter(pk=account.pk).exists()


QUOTED: dict[str, Change] = {
    "withdrew": lambda said: withdraw(said.author),
    "deleted it": lambda said: delete_status(account_id=said.author.pk, status_id=said.status.pk),
    "excluded it": lambda said: set_for_training(
        account_id=said.author.pk, status_id=said.status.pk, for_training=False
    ),
    "was withheld": lambda said: withhold_status(status_id=said.status.pk, notice=None),
    "left": lambda said: erase(said.author),
}


@pytest.mark.parametrize("name", QUOTED)
def test_a_quote_goes_in_and_out_with_what_it_quotes(team: Team, said: Said, name: str) -> None:
    ada = person()
    say(ada, "well said", quoted_status_id=said.status.pk)
    team.built()
    assert "well said" in team.texts(1)
    QUOTED[name](said)
    team.built()
    assert team.texts(2) == {"somebody else's words stay"}
    assert "quoted_taken_back" in team.retractions(2).values()


def test_who_quotes_somebody_who_did_not_agree_stays_out_until_they_do(team: Team) -> None:
    grace, ada = person(consents=False), person()
    hers = say(grace, "hers")
    quoting = say(ada, "well said", quoted_status_id=hers.pk)
    say(ada, "mine")
    team.built()
    assert team.texts(1) == {"mine"}
    agree(grace)
    team.built()
    assert team.texts(2) == {"mine", "hers", "well said"}
    revoke_quote(account_id=grace.pk, status_id=hers.pk, quoting_id=quoting.pk)
    assert team.build() is None


COPIED = [
    "> I never said that\nOh yes you did",
    "RT @grace: machines can think",
    "so true (via @grace)",
    "@grace wrote: machines can think",
    "He told us “that the machine would never be able to originate anything at all by itself” and left.",
    'She said "that the machine would never be able to originate anything at all by itself" and left.',
]
NOT_COPIED = [
    'the word "human" in "quotes", and "another" one, and a title: "The Art of Computer Programming"',
    "5 > 3, and a -> b; 2 <3",
    "@grace I think so: art is long",
    "via Roma, with art in it",
]


def test_words_copied_from_somebody_stay_out(transactional_db: None) -> None:
    """Nobody can have agreed: a copied text does not say whose it is. What only looks like one goes in."""
    ada = person()
    for text in COPIED:
        say(ada, text)
        say(ada, "behind a warning", spoiler_text=text)
    own = {say(ada, text).pk for text in NOT_COPIED}
    assert {status.id for status in consented_statuses(purpose="training_text")} == own


def test_an_edit_that_copies_takes_the_record_out(team: Team, said: Said) -> None:
    team.built()
    edit_status(account_id=said.author.pk, status_id=said.status.pk, text="RT @grace: her words")
    team.built()
    assert team.texts(2) == {"somebody else's words stay"}


def test_the_word_on_training_is_no_edit_and_only_the_authors(team: Team, said: Said) -> None:
    with pytest.raises(NotFound):
        set_for_training(account_id=person().pk, status_id=said.status.pk, for_training=False)
    set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=False)
    said.status.refresh_from_db()
    assert (said.status.for_training, said.status.edited_at, said.status.edits.count()) == (False, None, 0)
    # Twice is once: there is no second event.
    set_for_training(account_id=said.author.pk, status_id=said.status.pk, for_training=False)
    assert Event.objects.filter(kind="status.kept_from_training", subject_id=said.status.pk).count() == 1
