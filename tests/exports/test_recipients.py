"""A recipient's program, over HTTP, against real web and worker processes."""

import hashlib
import io
import time
from datetime import timedelta

import httpx
import pyarrow.parquet as pq
import pytest
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.utils import timezone

from common.problems import Problem
from exports.api.parts import asked_part
from exports.engines.addresses import FileAddress
from exports.engines.keys import address_key
from exports.engines.manifest import open_signed
from exports.models import Download, RecipientKey
from exports.operations.recipient_keys import (
    limit_recipient,
    resume_recipient,
    revoke_key,
    rotate_key,
    suspend_recipient,
)
from exports.operations.recipients import create_dataset, register_recipient
from exports.operations.releases import close_release
from tests.exports.programs import ROOT, TERMS, Program, ask_token, granted, token_of
from tests.exports.world import PURPOSE, Team, person, say, withdraw
from tests.live import LiveStack

pytestmark = pytest.mark.stack


def test_a_release_is_built_read_withdrawn_from_and_read_again(stack: LiveStack, http: httpx.Client) -> None:
    program = Program(http, Team())
    ada, grace = person(), person()
    say(ada, "A quiet violet morning, said Ada to nobody in particular")
    say(grace, "It is easier to ask forgiveness than permission")

    first = program.await_release(1)

    assert (first["records"], first["retracted"], first["state"]) == (2, 0, "published")
    manifest_bytes = program.get(f"{program.releases}/1/manifest").content
    assert hashlib.sha256(manifest_bytes).hexdigest() == first["manifest_sha256"]
    manifest = open_signed(manifest_bytes, public_key=program.get("/datasets").json()["public_key"])
    texts = set()
    for file in manifest.files:
        answer = program.get(f"{program.releases}/1/files/{file.path}")
        assert answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == file.sha256
        if file.bucket is not None:
            texts |= {row["text"] for row in pq.read_table(io.BytesIO(answer.content)).to_pylist()}
    assert len(texts) == 2

    reader = token_of(user=ada, scopes=("read",))
    assert http.get(f"{ROOT}/mine", headers=reader).json()["sentence"] == "Your posts are in 1 release for 1 recipient."

    withdraw(ada)
    second = program.await_release(2)

    assert (second["records"], second["retracted"], second["parent_number"]) == (1, 1, 1)
    feed = program.get(f"/datasets/{program.team.dataset.pk}/retractions?since=1").json()
    assert [row["reason"] for row in feed["retractions"]] == ["consent_withdrawn"] and feed["next_since"] == 2
    data = next(file.path for file in manifest.files if file.bucket is not None)
    assert program.get(f"{program.releases}/1/files/{data}").status_code == 410
    assert program.get(f"{program.releases}/1/manifest").status_code == 200
    assert http.get(f"{ROOT}/mine", headers=reader).json()["releases"] == 0

    acknowledge = f"{ROOT}{program.releases}/2/acknowledgement"
    sent = {"manifest_sha256": second["manifest_sha256"]}
    assert [http.post(acknowledge, json=sent, headers=program.headers).status_code for _ in range(2)] == [204, 204]
    other = http.post(acknowledge, json={"manifest_sha256": "0" * 64}, headers=program.headers)
    assert other.status_code == 409


def test_a_download_is_taken_up_where_it_broke_off(stack: LiveStack, http: httpx.Client) -> None:
    program = Program(http, Team())
    say(person(), "Long enough to be cut in two")
    program.await_release(1)
    path = f"{program.releases}/1/manifest"
    whole = program.get(path)
    tag = whole.headers["ETag"]
    middle = len(whole.content) // 2
    start = program.get(path, Range=f"bytes=0-{middle - 1}")
    rest = program.get(path, **{"Range": f"bytes={middle}-", "If-Range": tag})
    assert (start.status_code, rest.status_code) == (206, 206)
    assert start.content + rest.content == whole.content
    assert rest.headers["Content-Range"] == f"bytes {middle}-{len(whole.content) - 1}/{len(whole.content)}"
    last = program.get(path, Range=f"bytes={len(whole.content) - 1}-")
    assert (last.status_code, last.content) == (206, whole.content[-1:])
    assert program.get(path, **{"If-None-Match": tag}).status_code == 304
    assert program.get(path, **{"Range": "bytes=5-", "If-Range": '"another"'}).status_code == 200
    assert program.get(path, Range=f"bytes={10**9}-").status_code == 416


def test_who_may_read(stack: LiveStack, http: httpx.Client) -> None:
    program, other = Program(http, Team()), Program(http, Team())
    say(person(), "for those who may")
    program.await_release(1)
    theirs = f"{ROOT}{program.releases}/1"
    client_id = program.team.registration.client_id
    stranger = Client.objects.create(name="an app")
    assert http.get(theirs).status_code == 401
    assert http.get(theirs, headers=token_of(client_id=client_id, scopes=("read",))).status_code == 403
    assert http.get(theirs, headers=token_of(client_id=stranger.pk, scopes=("export:read",))).status_code == 403
    with_user = token_of(client_id=client_id, user=person(), scopes=("export:read",))
    assert http.get(theirs, headers=with_user).status_code == 403
    for path in (f"{program.releases}/1", f"{program.releases}/1/manifest", program.releases):
        answer = other.get(path)
        assert answer.status_code == 404 and answer.json()["detail"] == "There is no such dataset."
    for path in ("/2", "/99999999999999999999", "/1/files/data/bucket-99.parquet", "/1/files/../../../../../.env"):
        assert program.get(program.releases + path).status_code == 404
    assert program.get(f"{program.releases}?since=minus").status_code == 422


@pytest.mark.django_db
def test_only_operators_register_and_only_what_can_be_made() -> None:
    plain = person()
    with pytest.raises(Problem) as refused:
        register_recipient(operator_id=plain.pk, name="Team", contact="a@b.example", terms_version="1")
    assert refused.value.status == 403
    team = Team()
    recipient = team.registration.recipient
    assert recipient.terms_text_sha256 == hashlib.sha256((TERMS / "1.md").read_bytes()).hexdigest()
    for wrong in (
        {"name": ""},
        {"name": "x" * 201},
        {"contact": "nobody"},
        {"terms_version": ""},
        {"terms_version": "99"},
        {"region": "Germany"},
    ):
        given = {"name": "Another", "contact": "a@b.example", "terms_version": "1"} | wrong
        with pytest.raises(Problem) as refused:
            register_recipient(operator_id=team.staff.pk, **given)
        assert refused.value.field == next(iter(wrong))
    with pytest.raises(Problem) as refused:
        create_dataset(operator_id=team.staff.pk, recipient_id=recipient.pk, purpose="biometric_check")
    assert refused.value.field == "purpose"
    with pytest.raises(Problem) as refused:
        create_dataset(operator_id=team.staff.pk, recipient_id=recipient.pk, purpose=PURPOSE)
    assert refused.value.status == 409
    assert not Client.objects.get(pk=team.registration.client_id).secret.count(team.registration.client_secret)


def test_a_signed_address_opens_one_file_for_its_recipient_and_ends(stack: LiveStack, http: httpx.Client) -> None:
    program, other = Program(http, Team()), Program(http, Team())
    say(person(), "for whoever was given the address")
    program.await_release(1)
    files = {file["path"]: file for file in program.get(f"{program.releases}/1").json()["files"]}
    path, file = next((path, file) for path, file in files.items() if path.startswith("data/"))

    whole = http.get(file["url"])

    assert whole.status_code == 200 and hashlib.sha256(whole.content).hexdigest() == file["sha256"]
    part = http.get(file["url"], headers={"Range": "bytes=-4", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.content) == (206, whole.content[-4:])
    row = Download.objects.order_by("-at")[0]
    assert (row.recipient, row.path, row.status, row.bytes) == (program.team.registration.recipient, path, 206, 4)
    head = http.head(file["url"])
    assert (head.status_code, int(head.headers["Content-Length"]), head.content) == (200, file["size"], b"")

    given: dict[str, str | int] = dict(httpx.URL(file["url"]).params)
    theirs = other.team.registration.recipient.pk
    changes: list[dict[str, str | int]] = [
        {"path": "retractions.parquet"},
        {"recipient": theirs},
        {"release": int(given["release"]) + 1},
        {"expires": int(given["expires"]) + 1},
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": "ä" * 64},
        {"release": "9" * 30},
        {"path": "x" * 5000},
    ]
    for change in changes:
        answer = http.get(f"{ROOT}/download", params=given | change)
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature"), change
    late = FileAddress(int(given["recipient"]), int(given["release"]), int(time.time()) - 1, path)
    key = address_key(settings.RELEASE_SIGNING_KEY)
    ended = http.get(f"{ROOT}/download", params={**vars(late), "signature": late.signature(key)})
    assert (ended.status_code, ended.json()["code"]) == (403, "address_expired")

    suspend_recipient(operator_id=program.team.staff.pk, recipient_id=program.team.registration.recipient.pk)
    assert http.get(file["url"]).json()["code"] == "suspended"
    resume_recipient(operator_id=program.team.staff.pk, recipient_id=program.team.registration.recipient.pk)
    close_release(operator_id=program.team.staff.pk, release_id=int(given["release"]), reason="a mistake in it")
    gone = http.get(file["url"])
    assert gone.status_code == 410 and "a mistake in it" in gone.json()["detail"]


def test_keys_are_rotated_revoked_and_suspended(stack: LiveStack, http: httpx.Client) -> None:
    team = Team()
    first, staff, recipient = team.registration, team.staff.pk, team.registration.recipient.pk
    answer = ask_token(http, first).json()
    assert (answer["scope"], answer["expires_in"]) == ("export:read", 3600)
    assert ask_token(http, first, scope="read").status_code == 400

    second = rotate_key(operator_id=staff, recipient_id=recipient)

    old, new = granted(http, first), granted(http, second)
    assert [http.get(f"{ROOT}/datasets", headers=headers).status_code for headers in (old, new)] == [200, 200]
    RecipientKey.objects.filter(oauth_client_id=first.client_id).update(expires_at=timezone.now())
    assert http.get(f"{ROOT}/datasets", headers=old).json()["code"] == "not_a_recipient"
    revoke_key(operator_id=staff, key_id=RecipientKey.objects.get(oauth_client_id=second.client_id).pk)
    assert http.get(f"{ROOT}/datasets", headers=new).status_code == 401
    assert http.get(f"{ROOT}/datasets", headers=granted(http, second)).status_code == 403

    third = rotate_key(operator_id=staff, recipient_id=recipient, grace=timedelta())
    headers = granted(http, third)
    suspend_recipient(operator_id=staff, recipient_id=recipient)
    assert http.get(f"{ROOT}/datasets", headers=headers).status_code == 401
    assert http.get(f"{ROOT}/datasets", headers=granted(http, third)).json()["code"] == "suspended"
    resume_recipient(operator_id=staff, recipient_id=recipient)
    assert http.get(f"{ROOT}/datasets", headers=granted(http, third)).status_code == 200


def test_nothing_else_opens_with_a_recipients_token(stack: LiveStack, http: httpx.Client) -> None:
    headers = granted(http, Team().registration)
    for path in (
        "/api/v1/timelines/home",
        "/api/v1/accounts/verify_credentials",
        "/api/v1/notifications",
        "/api/v1/bookmarks",
        "/api/v1/conversations",
        "/api/humankind/v1/consents",
        "/api/humankind/v1/exports/mine",
        "/api/humankind/v1/archives",
        "/api/v1/admin/accounts",
    ):
        assert http.get(path, headers=headers).status_code in {401, 403, 405, 422}, path
    assert http.post("/api/v1/statuses", headers=headers, json={"status": "no"}).status_code in {401, 403, 422}
    form = {"username": "a_machine", "email": "a@b.example", "password": "a-Long-passphrase-9", "agreement": "true"}
    assert http.post("/api/v1/accounts", headers=headers, data=form).status_code in {401, 403, 422}
    app = {"client_name": "an app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read export:read"}
    assert http.post("/api/v1/apps", data=app).status_code == 422


def test_limits_are_the_recipients_own_and_name_themselves(stack: LiveStack, http: httpx.Client) -> None:
    program = Program(http, Team())
    say(person(), "Much is asked of me")
    program.await_release(1)
    recipient, staff = program.team.registration.recipient, program.team.staff.pk
    url = program.get(f"{program.releases}/1").json()["files"][0]["url"]
    limit_recipient(operator_id=staff, recipient_id=recipient.pk, requests_per_minute=10_000, bytes_per_day=10)
    assert http.get(url).status_code == 200
    refused = http.get(url)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert (refused.json()["limited_by"], refused.json()["limit"]) == ("bytes_per_day", 10)
    assert http.get(url, headers={"If-None-Match": f'"{"0" * 64}", *'}).status_code in {304, 429}
    assert program.get("/datasets").json()["limits"]["bytes_today"] >= 10

    limit_recipient(operator_id=staff, recipient_id=recipient.pk, requests_per_minute=1, bytes_per_day=10**9)
    answers = [program.get("/datasets") for _ in range(3)]
    refused = answers[-1]
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 60
    assert (refused.json()["limited_by"], refused.json()["limit"]) == ("requests_per_minute", 1)
    assert Program(http, Team()).get("/datasets").status_code == 200
    for wrong in ({"requests_per_minute": 0}, {"bytes_per_day": 10**16}):
        given = {"requests_per_minute": 1, "bytes_per_day": 1} | wrong
        with pytest.raises(Problem):
            limit_recipient(operator_id=staff, recipient_id=recipient.pk, **given)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (200, 0, 100)),
        ({"Range": "bytes=0-"}, (206, 0, 100)),
        ({"Range": "bytes=10-19"}, (206, 10, 10)),
        ({"Range": "bytes=99-"}, (206, 99, 1)),
        ({"Range": "bytes=90-1000"}, (206, 90, 10)),
        ({"Range": "bytes=-7"}, (206, 93, 7)),
        ({"Range": "bytes=-1000"}, (206, 0, 100)),
        ({"Range": "bytes=-0"}, (416, 0, 0)),
        ({"Range": "bytes=100-"}, (416, 0, 0)),
        ({"Range": "bytes=20-10"}, (200, 0, 100)),
        ({"Range": "bytes=-"}, (200, 0, 100)),
        ({"Range": "bytes=1-2,5-6"}, (200, 0, 100)),
        ({"Range": "lines=1-2"}, (200, 0, 100)),
        ({"Range": f"bytes={'9' * 40}-"}, (200, 0, 100)),
        ({"Range": "bytes=5-", "If-Range": '"tag"'}, (206, 5, 95)),
        ({"Range": "bytes=5-", "If-Range": '"old"'}, (200, 0, 100)),
        ({"If-None-Match": '"old", W/"tag"'}, (304, 0, 0)),
    ],
)
def test_which_part_is_asked_for(headers: dict[str, str], expected: tuple[int, int, int]) -> None:
    part = asked_part(headers, size=100, tag='"tag"')
    assert (part.status, part.start, part.length) == expected
