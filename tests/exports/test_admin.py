"""The operator's console, through its real pages."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exports.jobs.close_leftovers import close_leftovers
from exports.models import Dataset, Download, PublishedStatistic, Recipient, Release
from identity.models import Account
from tests.exports.world import Team, operator, person, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("counted_anew")]
PASSWORD = "a-Long-passphrase-9"
ACTIONS = ("new_key", "revoke", "limit", "suspend", "resume")


def logged_in(account: Account) -> Client:
    browser = Client()
    answer = browser.post("/admin/login/?next=/admin/", {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302, "the log-in page refused"
    return browser


def at(row: Dataset | Release | Recipient, action: str = "change") -> str:
    name = type(row).__name__.lower()
    return f"/admin/exports/{name}/{row.pk}/{action}/"


def test_an_operator_reads_a_dataset_and_closes_its_release_once() -> None:
    team, author = Team(), person()
    say(author, "A first thing that is worth saying, in enough words to be kept.")
    release = team.built()
    Release.objects.filter(pk=release.pk).update(
        funnel={"considered": 10, "too_short": 6, "near_duplicate": 2, "of_tomorrow": 1}
    )
    browser = logged_in(team.staff)
    listed = browser.get("/admin/exports/dataset/").content.decode()
    assert team.registration.recipient.name in listed and "1: 1 records" in listed
    for page in (browser.get(at(team.dataset)), browser.get(at(release))):
        told = page.content.decode()
        assert page.status_code == 200
        for expected in (
            "Of 10 rows 1 are left",
            "too short",
            "−6",
            "(60.0 %)",
            "nearly repeats a text",
            "of tomorrow",
        ):
            assert expected in told, expected
        # Nothing is fetched from anywhere else.
        assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!testserver)', told)
    close = reverse("admin:exports_release_close", args=[release.pk])
    assert close in browser.get(at(release)).content.decode()
    assert "410 Gone" in browser.get(close).content.decode()
    assert "This field is required" in browser.post(close, {"reason": ""}).content.decode()
    assert Release.objects.get().state == "published"
    closed = browser.post(close, {"reason": "A mistake in the filter."}, follow=True).content.decode()
    assert "Release 1 is closed: A mistake in the filter." in closed
    assert close not in closed
    again = browser.post(close, {"reason": "Another reason."}, follow=True).content.decode()
    assert "Release 1 is closed: A mistake in the filter." in again
    assert Release.objects.get().close_reason == "A mistake in the filter."


def test_build_now_asks_first_and_ends_with_the_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("exports.operations.releases.build_release.delay", asked.append)
    team, author = Team(), person()
    say(author, "A first thing that is worth saying, in enough words to be kept.")
    release = team.built()
    browser = logged_in(team.staff)
    build, close = (reverse(f"admin:exports_dataset_{name}", args=[team.dataset.pk]) for name in ("build_now", "close"))
    browser.get(build)
    assert asked == []
    assert "A worker looks now" in browser.post(build, follow=True).content.decode()
    assert asked == [team.dataset.pk]
    browser.post(close, {"reason": "The contract ended."}, follow=True)
    browser.post(close, {"reason": "Twice."}, follow=True)
    release.refresh_from_db()
    team.dataset.refresh_from_db()
    assert (release.state, release.close_reason) == ("closed", "The contract ended.")
    assert team.dataset.closed_at and not team.dataset.active
    assert "no such active dataset" in browser.post(build).content.decode()
    assert asked == [team.dataset.pk]
    assert team.build() is None
    # A worker that had begun before the dataset was closed publishes once more; the sweep takes it back.
    Release.objects.filter(pk=release.pk).update(state="published")
    assert (close_leftovers(), close_leftovers()) == (1, 0)
    release.refresh_from_db()
    assert release.state == "closed"


def test_whoever_may_only_look_changes_nothing() -> None:
    team, author = Team(), person()
    say(author, "A first thing that is worth saying, in enough words to be kept.")
    release = team.built()
    looker = operator()
    Account.objects.filter(pk=looker.pk).update(is_superuser=False)
    browser = logged_in(looker)
    assert browser.get(at(release)).status_code == 403
    looker.user_permissions.add(*Permission.objects.filter(codename__in=["view_release", "view_dataset"]))
    page = browser.get(at(release))
    assert page.status_code == 200
    close = reverse("admin:exports_release_close", args=[release.pk])
    assert close not in page.content.decode()
    for address, form in (
        (close, {"reason": "Mine."}),
        (reverse("admin:exports_dataset_build_now", args=[team.dataset.pk]), {}),
        (reverse("admin:exports_dataset_close", args=[team.dataset.pk]), {"reason": "Mine."}),
        (reverse("admin:exports_dataset_create"), {}),
        (reverse("admin:exports_recipient_register"), {}),
    ):
        assert browser.post(address, form).status_code in {302, 403}, address
        assert Client().post(address, form).status_code in {302, 403}, address
    release.refresh_from_db()
    assert release.state == "published" and Dataset.objects.get().active


def test_the_console_changes_no_row_directly() -> None:
    team, author = Team(), person()
    say(author, "A first thing that is worth saying, in enough words to be kept.")
    release = team.built()
    Download.objects.create(recipient=team.dataset.recipient, release=release, path="x", bytes=1, status=200)
    PublishedStatistic.objects.create(
        name="n", period="2026-01-01", value={}, epsilon="0.1", sensitivity=1, scale=10, mechanism="m"
    )
    browser = logged_in(team.staff)
    for model in (Dataset, Release, Recipient, Download, PublishedStatistic):
        place, row = f"/admin/exports/{model.__name__.lower()}/", model._default_manager.get()
        assert browser.get(place).status_code == 200
        assert browser.get(f"{place}{row.pk}/change/").status_code == 200
        assert browser.post(f"{place}{row.pk}/change/", {"state": "closed", "name": "Mine"}).status_code == 403
        assert browser.get(f"{place}{row.pk}/delete/").status_code == 403
        assert browser.get(f"{place}add/").status_code == 403
    assert "0.1" in browser.get("/admin/exports/publishedstatistic/").content.decode()


def test_a_recipient_is_registered_and_its_secret_shown_once() -> None:
    browser = logged_in(operator())
    register = reverse("admin:exports_recipient_register")
    form = {"name": "Story Lab", "contact": "data@example.org", "terms_version": "1", "region": "DE"}
    assert "Enter a valid email" in browser.post(register, {**form, "contact": "nobody"}).content.decode()
    shown = browser.post(register, form)
    told = shown.content.decode()
    secret = re.findall(r"<dt[^>]*>Client secret</dt><dd><code[^>]*>([^<]+)<", told)
    assert len(secret) == 1 and "no-store" in shown["Cache-Control"]
    recipient = Recipient.objects.get()
    for page in ("/admin/exports/recipient/", at(recipient)):
        assert secret[0] not in browser.get(page).content.decode()
    assert "There is a recipient of that name" in browser.post(register, form).content.decode()

    create = reverse("admin:exports_dataset_create")
    wanted = {
        "recipient_id": str(recipient.pk),
        "purpose": "training_text",
        "name": "",
        "languages": "en, fi",
        "since": "2026-01-01",
        "made_by": ["human"],
        "minimum_level": "unique",
        "minimum_quality": "0.5",
        "near_duplicates": "keep",
    }
    refused = browser.post(create, {**wanted, "languages": "Klingon"}).content.decode()
    assert "ISO 639" in refused and not Dataset.objects.exists()
    assert browser.post(create, wanted).status_code == 302
    assert Dataset.objects.get().filter == {
        "languages": ["en", "fi"],
        "since": "2026-01-01",
        "made_by": ["human"],
        "minimum_quality": 0.5,
        "near_duplicates": "keep",
    }
    takes = "in en, fi; since 2026-01-01; made by human; quality 0.5 or above; near-duplicates kept"
    assert takes in browser.get("/admin/exports/dataset/").content.decode()


def test_a_recipient_is_suspended_limited_and_given_another_key() -> None:
    team = Team()
    recipient, browser = team.registration.recipient, logged_in(team.staff)
    page = browser.get(at(recipient)).content.decode()
    assert team.registration.client_id in page
    address = {name: reverse(f"admin:exports_recipient_{name}", args=[recipient.pk]) for name in ACTIONS}
    assert address["suspend"] in page and address["resume"] not in page
    browser.get(address["suspend"])
    assert Recipient.objects.get().suspended_at is None
    for _ in range(2):
        assert "is given nothing any more" in browser.post(address["suspend"], follow=True).content.decode()
    assert Recipient.objects.get().suspended_at is not None
    assert address["resume"] in browser.get(at(recipient)).content.decode()
    browser.post(address["resume"])
    assert Recipient.objects.get().suspended_at is None
    refused = browser.post(address["limit"], {"requests_per_minute": "0", "bytes_per_day": "5"}).content.decode()
    assert "greater than or equal to 1" in refused
    browser.post(address["limit"], {"requests_per_minute": "7", "bytes_per_day": "5000000"})
    assert "7 requests a minute, 5 MB a day" in browser.get(at(recipient)).content.decode()
    shown = browser.post(address["new_key"], {"grace_days": "1"}).content.decode()
    assert "cannot be shown again" in shown and recipient.keys.count() == 2
    revoke = f"{address['revoke']}?key={team.registration.client_id}"
    assert revoke in browser.get(at(recipient)).content.decode()
    assert "opens nothing any more" in browser.post(revoke, follow=True).content.decode()
    assert revoke not in browser.get(at(recipient)).content.decode()
    assert browser.post(f"{address['revoke']}?key=nobody%00s").status_code == 404
    looker = operator()
    Account.objects.filter(pk=looker.pk).update(is_superuser=False)
    looker.user_permissions.add(Permission.objects.get(codename="view_recipient"))
    only_looking = logged_in(looker)
    seen = only_looking.get(at(recipient)).content.decode()
    for place in address.values():
        assert place not in seen
        assert only_looking.post(place, {"grace_days": "1"}).status_code in {302, 403}
    assert recipient.keys.count() == 2 and Recipient.objects.get().suspended_at is None


def test_a_list_of_many_costs_as_many_queries_as_one_of_few() -> None:
    team = Team()
    browser = logged_in(team.staff)

    def cost(place: str) -> int:
        browser.get(place)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(place).status_code == 200
        return len(queries)

    def more(first: int, last: int) -> None:
        for number in range(first, last):
            dataset = Dataset.objects.create(
                recipient=team.dataset.recipient, name=f"d{number}", purpose="training_text", schema_version=1
            )
            made = Release.objects.create(dataset=dataset, number=1, schema_version=1, state="published")
            Download.objects.create(recipient=dataset.recipient, release=made, path="x", bytes=1, status=200)

    places = [f"/admin/exports/{name}/" for name in ("dataset", "release", "recipient", "download")]
    more(0, 3)
    few = [cost(place) for place in (*places, at(team.dataset.recipient))]
    more(3, 12)
    assert [cost(place) for place in (*places, at(team.dataset.recipient))] == few
