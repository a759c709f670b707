"""Which language a text is in is found when it is posted, and in the plan only where nobody looked before."""

from feed.jobs.find_languages import find_languages
from feed.models import Status
from feed.operations.edits import edit_status
from tests.exports.world import Team, person, say

ENGLISH = "The ferry was late again this morning and everybody talked about the weather"
GERMAN = "Die Fähre kam heute Morgen wieder zu spät und alle sprachen über das Wetter"


def test_posting_and_editing_find_the_language_whatever_the_author_declares(transactional_db: None) -> None:
    ada = person()
    said = say(ada, ENGLISH, language="fr")
    assert (said.language, Status.objects.get(pk=said.pk).found_language) == ("fr", "en")
    edit_status(account_id=ada.pk, status_id=said.pk, text=GERMAN)
    edited = Status.objects.get(pk=said.pk)
    assert edited.found_language == "de" and edited.found_language_score and edited.found_language_score > 0.5


def test_the_plan_looks_where_nobody_did(team: Team) -> None:
    ada = person()
    say(ada, ENGLISH)
    older = say(ada, GERMAN)
    Status.objects.filter(pk=older.pk).update(found_language="", found_language_score=None)
    team.built()
    assert {row["text"]: row["language"] for row in team.records(1)} == {ENGLISH: "en", GERMAN: "de"}
    assert all(row["language_score"] > 0.5 for row in team.records(1))


def test_a_record_is_the_same_whoever_looked(team: Team) -> None:
    """The sweep writes no event: a release before it and one from nothing after it must not differ."""
    ada = person()
    said = say(ada, "Das Boot kam zu spät: +49 30 1234567, ada@lovelace.example, write to the captain")
    at_posting = Status.objects.get(pk=said.pk).found_language
    Status.objects.filter(pk=said.pk).update(found_language="", found_language_score=None)
    team.built()
    assert find_languages() == 1
    assert Status.objects.get(pk=said.pk).found_language == at_posting
    assert team.build() is None
    other = Team.of(team, team.another())
    other.built()
    assert other.records(1) == team.records(1) and team.records(1)[0]["language"] == at_posting
