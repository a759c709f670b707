"""Words of others: a reblog, answers, quotes and copies go in only where their authors agreed."""

import pytest

from feed.jobs.erase_closed import erase_closed_account
from feed.models import Profile, Status
from feed.operations.edits import edit_status
from feed.operations.quotes import revoke_quote
from feed.operations.reblogs import reblog
from feed.operations.restrictions import withhold_status
from feed.operations.statuses import delete_status
from feed.operations.training import set_for_training
from feed.queries.training import consented_statuses
from identity.models import Account
from identity.operations.consents import withdraw_consent
from tests.exports.world import Change, Said, Team, agree, leave, person, say, withdraw
from tests.identity.world import consent


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
    """Somebody leaves, and the sweep erases what they left."""
    leave(account)
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
