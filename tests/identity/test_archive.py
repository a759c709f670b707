"""The archive: one signed file of all that is held on a person, and of nobody else."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from identity.jobs.build_archive import build_archive, folder, sweep_archives
from identity.models import Account, Archive, Credential, Template
from identity.operations.archives import ask_for_archive, open_archive
from tests.clients.people import PASSWORD, Caller, join
from tests.identity.enrolling import GRACE, Enroller
from tests.identity.reviewing import newcomer
from tests.identity.world import consent, credential_of
from tests.live import LiveStack, wait_for

NATIVE = "/api/humankind/v1"


def fetched(caller: Caller, **asked: Any) -> zipfile.ZipFile:
    """Ask, wait, download."""
    answer = caller.post(f"{NATIVE}/archives", **asked)
    assert answer.status_code == 202, answer.text
    path = f"{NATIVE}/archives/{answer.json()['id']}"
    wait_for(lambda: caller.get(path).json()["state"] == "ready", what="the archive", seconds=90)
    ready = caller.get(path).json()
    assert (ready["progress"], ready["step"]) == (1.0, "ready")
    download = caller.get(f"{path}/download")
    assert download.headers["content-type"] == "application/zip"
    assert hashlib.sha256(download.content).hexdigest() == ready["sha256"]
    return zipfile.ZipFile(io.BytesIO(download.content))


def records(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


@pytest.mark.stack
def test_everything_of_mine_and_nothing_of_anybody_else(http: httpx.Client, stack: LiveStack) -> None:
    grace, other = join(http, "grace"), join(http, "eileen_the_other")
    enroller = Enroller(http, "unused", ages=False, consents=False)
    enroller.account, enroller.headers = Account.objects.get(pk=grace.account_id), grace.headers
    enroller.post("/age", json={"region": "US", "over": 18})
    consent(grace.account_id)
    consent(grace.account_id, "training_text")
    assert enroller.enrol(GRACE)["state"] == "admitted"
    said = grace.say("words of mine, to be found again")
    other.say("words of somebody else")
    grace.follow(other)
    other.follow(grace)
    reported = grace.post("/api/v1/reports", account_id=str(other.account_id), comment="what I wrote in a report")
    assert reported.status_code == 200, reported.text
    other.post("/api/v1/reports", account_id=str(grace.account_id), comment="what somebody wrote about me")

    archive = fetched(grace)
    manifest = json.loads(archive.read("manifest.json"))
    # A stranger verifies the signature with the published keys and PyJWT alone, then each file by its SHA-256.
    keys = jwt.PyJWKSet.from_dict(http.get(f"{NATIVE}/receipts/keys").json())
    jws = archive.read("manifest.jws").decode()
    header = jwt.get_unverified_header(jws)
    claims = jwt.decode(jws, keys[header["kid"]], algorithms=["EdDSA"], issuer=stack.url)
    assert header["typ"] == "archive-manifest+jwt"
    assert {name: claims[name] for name in manifest} == manifest
    assert manifest["sub"] == str(grace.account_id)
    named = {each["name"]: each for each in manifest["files"]}
    assert set(named) | {"manifest.json", "manifest.jws", "README.txt"} == set(archive.namelist())
    for name, each in named.items():
        content = archive.read(name)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (each["sha256"], each["bytes"])
        assert len(json.loads(content)) == each["records"], name

    assert records(archive, "account")[0]["username"] == "grace"
    assert [(each["over"], each["region"]) for each in records(archive, "age")] == [(18, "US")]
    receipts = records(archive, "consents")
    assert {each["purpose"] for each in receipts} == {"biometric_check", "training_text"}
    signed = jwt.decode(receipts[0]["receipt"], keys[header["kid"]], algorithms=["EdDSA"], issuer=stack.url)
    assert (signed["purpose"], signed["text_sha256"]) == (receipts[0]["purpose"], receipts[0]["text_sha256"])
    assert "face" in {each["kind"] for each in records(archive, "credentials")}
    (enrolment,) = records(archive, "enrolments")
    assert (enrolment["state"], set(enrolment["evidence"])) == ("admitted", {"gestures", "good_frames"})
    (face,) = records(archive, "face_codes")
    assert set(face) == {"model", "key_epoch", "at"}
    assert [each["id"] for each in records(archive, "statuses")] == [said]
    assert [each["username"] for each in records(archive, "following")] == ["eileen_the_other"]
    assert records(archive, "followers") == [{"followers": 1}]
    assert [each["comment"] for each in records(archive, "reports_made")] == ["what I wrote in a report"]
    everything = "\n".join(archive.read(name).decode() for name in archive.namelist())
    for not_mine in ("words of somebody else", "what somebody wrote about me", "eileen_the_other@example.org"):
        assert not_mine not in everything
    for secret in (PASSWORD, grace.token, str(Template.objects.get().code)):
        assert secret not in everything

    # On disk it is noise, and somebody else's is not even there.
    row = Archive.objects.get()
    sealed = (folder() / row.file).read_bytes()
    assert sealed[:2] != b"PK" and b"manifest" not in sealed
    assert other.get(f"{NATIVE}/archives/{row.pk}").status_code == 404
    assert other.get(f"{NATIVE}/archives/{row.pk}/download").status_code == 404
    assert http.get(f"{NATIVE}/archives/{row.pk}/download").status_code == 401
    refused = grace.post(f"{NATIVE}/archives", face_codes=True)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    (with_codes,) = records(fetched(grace, face_codes=True, password=PASSWORD), "face_codes")
    assert len(with_codes["code"]) == len(with_codes["second_opinion"]) == 172
    assert [each["face_codes"] for each in grace.get(f"{NATIVE}/archives").json()["archives"]] == [True, False]


@pytest.fixture
def account(db: None, settings: Any, tmp_path: Any) -> Account:
    settings.ARCHIVE_ROOT = tmp_path / "archives"
    return Account.objects.create(username="grace")


def test_a_request_that_is_repeated_finds_the_one_under_way_and_three_a_day_are_enough(account: Account) -> None:
    first = ask_for_archive(account_id=account.pk)
    assert ask_for_archive(account_id=account.pk) == first
    for _ in range(3):
        build_archive(ask_for_archive(account_id=account.pk).pk)
        if Archive.objects.count() == 3:
            break
    build_archive(Archive.objects.order_by("pk")[2].pk)
    with pytest.raises(Exception, match="3 archives can be made in a day"):
        ask_for_archive(account_id=account.pk)


def test_built_twice_it_is_one_and_after_a_week_it_is_gone(account: Account) -> None:
    archive = ask_for_archive(account_id=account.pk)
    for _ in range(2):
        build_archive(archive.pk)
    assert len(list(folder().iterdir())) == 1
    assert open_archive(account_id=account.pk, archive_id=archive.pk)[1][:2] == b"PK"
    archive.refresh_from_db()
    assert archive.expires_at and archive.expires_at - timezone.now() > timedelta(days=6)
    Archive.objects.update(expires_at=timezone.now())
    with pytest.raises(Exception, match="expired"):
        open_archive(account_id=account.pk, archive_id=archive.pk)
    sweep_archives(nudge=lambda _: None)
    archive.refresh_from_db()
    assert (archive.state, archive.key, list(folder().iterdir())) == ("expired", None, [])


def test_a_dropped_request_is_taken_up_and_a_hopeless_one_given_up(account: Account) -> None:
    archive = ask_for_archive(account_id=account.pk)
    nudged: list[int] = []
    sweep_archives(nudge=nudged.append)
    assert nudged == []
    Archive.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    sweep_archives(nudge=nudged.append)
    assert nudged == [archive.pk]
    Archive.objects.update(attempts=3, state="building")
    build_archive(archive.pk)
    assert Archive.objects.get().state == "failed"


def test_what_a_review_knows_of_others_is_not_in_it(account: Account, settings: Any) -> None:
    newcomer("first", 0, 0)
    second = newcomer("second", 300, 100)
    archive = ask_for_archive(account_id=second.pk)
    build_archive(archive.pk)
    content = zipfile.ZipFile(io.BytesIO(open_archive(account_id=second.pk, archive_id=archive.pk)[1]))
    (case,) = records(content, "reviews")
    assert (case["kind"], case["state"]) == ("review_band", "open")
    text = "".join(content.read(name).decode() for name in content.namelist())
    first = Account.objects.get(username="first")
    assert str(first.pk) not in text and str(first.person.pk) not in text and '"near"' not in text


def test_every_app_with_rows_of_people_gives_its_part() -> None:
    apps = {path.partition(".")[0] for path in settings.ARCHIVE_PROVIDERS}
    assert apps == {"identity", "feed", "moderation", "exports"}


def test_a_credential_shows_its_method(account: Account) -> None:
    credential_of(account, code=bytes(128))
    archive = ask_for_archive(account_id=account.pk)
    build_archive(archive.pk)
    content = zipfile.ZipFile(io.BytesIO(open_archive(account_id=account.pk, archive_id=archive.pk)[1]))
    (shown,) = records(content, "credentials")
    assert (shown["method"], shown["id"]) == ("face-gestures-1", str(Credential.objects.get().pk))
