"""What was written before languages were found at posting gets its language from a sweep."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from common.languages import identify
from feed.jobs import find_languages as job
from feed.models import Status
from feed.operations.edits import edit_status
from feed.operations.reblogs import reblog
from feed.operations.statuses import delete_status
from tests.feed.inhabitants import person, says

pytestmark = [pytest.mark.django_db(transaction=True)]
TEXTS = {
    "The ferry was late again this morning and everybody talked about the weather": "en",
    "Die Fähre kam heute Morgen wieder zu spät und alle sprachen über das Wetter": "de",
    "Le bac avait encore du retard ce matin et tout le monde parlait du temps": "fr",
    "?": "und",
    "El barco llegó tarde otra vez esta mañana y todos hablaban del tiempo": "es",
}


def never_looked_at() -> dict[int, tuple[str, float | None]]:
    """Statuses of before; gives what was found at posting, by id."""
    author = person("author")
    ids = [says(author, text).pk for text in TEXTS]
    reblog(account_id=author, status_id=ids[0])
    deleted = says(author, "gone before anybody looked").pk
    found = languages()
    Status.objects.update(found_language="", found_language_score=None)
    delete_status(account_id=author, status_id=deleted)
    return {one: found[one] for one in ids}


def languages() -> dict[int, tuple[str, float | None]]:
    """What is stored, by id."""
    rows = Status.objects.order_by("pk").values_list("pk", "found_language", "found_language_score")
    return {pk: (language, score) for pk, language, score in rows}


def looked_at() -> dict[int, tuple[str, float | None]]:
    """The same of those that have a language."""
    return {pk: found for pk, found in languages().items() if found[0]}


def test_every_status_gets_what_it_would_have_got_at_posting() -> None:
    at_posting = never_looked_at()
    assert [language for language, _ in at_posting.values()] == list(TEXTS.values())
    assert job.find_languages() == len(TEXTS)
    assert looked_at() == at_posting
    assert job.find_languages() == 0


def test_a_sweep_is_bounded_and_one_that_was_killed_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    at_posting = never_looked_at()
    oldest = list(at_posting)
    monkeypatch.setattr(job, "IN_A_STEP", 2)
    assert job.find_languages(at_most=1) == 2
    assert list(looked_at()) == oldest[:2]

    def killed_at_the_last(text: str) -> tuple[str, float]:
        if text == list(TEXTS)[-1]:
            raise KeyboardInterrupt
        return identify(text)

    monkeypatch.setattr("feed.jobs.find_languages.identify", killed_at_the_last)
    with pytest.raises(KeyboardInterrupt):
        job.find_languages()
    assert list(looked_at()) == oldest[:4]
    monkeypatch.setattr("feed.jobs.find_languages.identify", identify)
    assert job.find_languages() == 1
    assert looked_at() == at_posting


def test_what_is_being_edited_is_left_to_its_edit() -> None:
    at_posting = never_looked_at()
    english, german, *_ = at_posting
    author = Status.objects.get(pk=english).account_id

    def sweep() -> int:
        try:
            return job.find_languages()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        edit_status(account_id=author, status_id=english, text=list(TEXTS)[1])
        assert pool.submit(sweep).result() == len(TEXTS) - 1
    assert looked_at() == at_posting | {english: at_posting[german]}
