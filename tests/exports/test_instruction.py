"""Questions and answers: a pair is two people's, and goes when either of them takes it back."""

import pytest
from django.utils import timezone

from exports.queries.shares import share_of
from feed.models import Status
from feed.operations.restrictions import restrict_account
from feed.operations.statuses import delete_status
from identity.models import Account, Credential
from tests.exports.world import Team, agree, person, say, withdraw

PURPOSE = "training_instruction"
QUESTION = "Why is the sky blue in the middle of the day?"
ANSWER = "Because air scatters short waves of light more than long ones."


@pytest.fixture
def pairs(transactional_db: None) -> Team:
    """A recipient of pairs."""
    return Team(purpose=PURPOSE)


def giver() -> Account:
    """An admitted human who gave questions and answers."""
    account = person(consents=False)
    agree(account, PURPOSE)
    return account


def answered(
    asker: Account, answerer: Account, question: str = QUESTION, answer: str = ANSWER
) -> tuple[Status, Status]:
    """A question and its answer."""
    asked = say(asker, question)
    return asked, say(answerer, answer, in_reply_to_id=asked.pk)


def test_a_pair_holds_both_people_under_their_pseudonyms(pairs: Team) -> None:
    ada, bob = giver(), giver()
    asked, said = answered(ada, bob, answer=ANSWER + " Mail me: bob@light.example")
    Status.objects.filter(pk=said.pk).update(favourites_count=37, reblogs_count=9)
    pairs.built()
    (record,) = pairs.records(1)
    assert (record["prompt"], record["response"]) == (QUESTION, ANSWER + " Mail me: [EMAIL]")
    assert record["author"] != record["prompt_author"]
    assert (record["favourites"], record["reblogs"], record["replies"]) == (32, None, None)
    assert (record["language"], record["prompt_language"]) == ("en", "en")
    assert (record["personhood_level"], record["prompt_personhood_level"]) == ("unique", "unique")
    assert record["consent_receipt"] != record["prompt_consent_receipt"]
    assert not {str(ada.pk), str(bob.pk), str(asked.pk), str(said.pk)} & set(map(str, record.values()))


def test_answers_to_one_question_have_it_in_common(pairs: Team) -> None:
    ada, bob, eve = giver(), giver(), giver()
    asked = say(ada, QUESTION)
    say(bob, "Rayleigh scattering, in two words.", in_reply_to_id=asked.pk)
    say(eve, "It is the light that is scattered, and not the air.", in_reply_to_id=asked.pk)
    pairs.built()
    first, second = pairs.records(1)
    assert first["prompt_id"] == second["prompt_id"]
    assert first["author"] != second["author"]


def test_only_pairs_of_two_people_who_both_agreed(pairs: Team) -> None:
    ada, bob, stranger = giver(), giver(), person(consents=False)
    agree(stranger, "training_text", "training_replies")
    answered(ada, stranger), answered(stranger, ada)
    asked, _ = answered(ada, bob)
    say(ada, "And I go on with my own thread here.", in_reply_to_id=asked.pk)
    for hidden in ("unlisted", "private"):
        say(bob, f"an answer that is {hidden}", in_reply_to_id=asked.pk, visibility=hidden)
    say(bob, "an answer that is not for training", in_reply_to_id=asked.pk, for_training=False)
    say(bob, "RT @somebody: this is what I think", in_reply_to_id=asked.pk)
    kept = say(ada, "A question that is not for training?", for_training=False)
    say(bob, "its answer", in_reply_to_id=kept.pk)
    assert pairs.built().records == 1
    assert pairs.records(1)[0]["response"] == ANSWER


@pytest.mark.parametrize("who", ["asker", "answerer"])
def test_when_either_withdraws_the_pair_is_retracted(pairs: Team, who: str) -> None:
    ada, bob, eve = giver(), giver(), giver()
    answered(ada, bob)
    answered(eve, bob, question="How far is the moon from here?", answer="Some four hundred thousand kilometres.")
    pairs.built()
    gone = {row["record_id"] for row in pairs.records(1) if who == "answerer" or row["prompt"] == QUESTION}
    withdraw(ada if who == "asker" else bob, PURPOSE)
    second = pairs.built()
    assert second.retracted == len(gone)
    assert pairs.retractions(2) == dict.fromkeys(gone, "consent_withdrawn")
    assert all(row["record_id"] not in gone for row in pairs.records(2))


def test_when_either_status_goes_the_pair_goes(pairs: Team) -> None:
    ada, bob = giver(), giver()
    asked, _ = answered(ada, bob)
    _other, said = answered(bob, ada, question="Who wrote the first program?", answer="I did, for an engine.")
    pairs.built()
    delete_status(account_id=ada.pk, status_id=asked.pk)
    pairs.built()
    assert [row["prompt"] for row in pairs.records(2)] == ["Who wrote the first program?"]
    assert set(pairs.retractions(2).values()) == {"deleted"}
    delete_status(account_id=ada.pk, status_id=said.pk)
    assert pairs.built().records == 0
    assert set(pairs.retractions(3).values()) == {"deleted"}


def test_when_the_asker_comes_later_the_pair_comes(pairs: Team) -> None:
    ada, bob, eve = person(consents=False), giver(), giver()
    answered(ada, bob), answered(eve, bob, question="Is this the first one?", answer="It is the first one of all.")
    assert pairs.built().records == 1
    agree(ada, PURPOSE)
    assert pairs.built().added == 1
    restrict_account(account_id=ada.pk, restriction="limited", notice=None)
    third = pairs.built()
    assert (third.records, third.retracted) == (1, 1)


def test_when_the_askers_credential_runs_out_by_the_clock_the_pair_goes(pairs: Team) -> None:
    ada, bob = giver(), giver()
    answered(ada, bob)
    pairs.built()
    Credential.objects.filter(account=ada).update(expires_at=timezone.now())
    second = pairs.built()
    assert (second.records, second.retracted) == (0, 1)


def test_the_asker_is_told_of_the_release_too(pairs: Team) -> None:
    ada, bob = giver(), giver()
    answered(ada, bob)
    pairs.built()
    assert (share_of(ada.pk).releases, share_of(bob.pk).releases) == (1, 1)
    assert (share_of(ada.pk).records, share_of(bob.pk).records) == (1, 1)
    withdraw(ada, PURPOSE)
    pairs.built()
    assert share_of(ada.pk).records == 0
