"""A recipient's program, over HTTP, against real web and worker processes."""

import hashlib
import io
import secrets
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from allauth.idp.oidc.models import Client, Token

from common.problems import Problem
from exports.engines.manifest import open_signed
from exports.operations.recipients import create_dataset, register_recipient
from exports.operations.releases import request_release
from identity.models import Account
from tests.exports.world import PURPOSE, Team, person, say, withdraw
from tests.live import LiveStack, wait_for

ROOT = "/api/humankind/v1/exports"
pytestmark = pytest.mark.stack


def token_of(*, client_id: str | None = None, user: Account | None = None, scopes: tuple[str, ...]) -> dict[str, str]:
    """A bearer header, as the token endpoint would have led to."""
    value = secrets.token_urlsafe(30)
    token = Token(type=Token.Type.ACCESS_TOKEN, user=user, client_id=client_id)
    token.set_value(value)
    token.set_scopes(list(scopes))
    token.save()
    return {"Authorization": f"Bearer {value}"}


class Program:
    """What a recipient runs."""

    def __init__(self, http: httpx.Client, team: Team) -> None:
        self.http, self.team = http, team
        self.headers = token_of(client_id=team.registration.client_id, scopes=("export:read",))
        self.releases = f"/datasets/{team.dataset.pk}/releases"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(f"{ROOT}{path}", headers=self.headers | headers)

    def numbers(self) -> list[int]:
        return [row["number"] for row in self.get(self.releases).json()["releases"]]

    def await_release(self, number: int) -> dict[str, Any]:
        request_release(operator_id=self.team.staff.pk, dataset_id=self.team.dataset.pk)
        wait_for(lambda: number in self.numbers(), what=f"release {number} from the worker", seconds=60)
        row: dict[str, Any] = self.get(f"{self.releases}/{number}").json()
        return row


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
def test_only_operators_register_and_only_what_can_be_made(settings: Any) -> None:
    plain = person()
    with pytest.raises(Problem) as refused:
        register_recipient(operator_id=plain.pk, name="Team", contact="a@b.example", terms_version="1")
    assert refused.value.status == 403
    team = Team()
    recipient = team.registration.recipient
    for wrong in ({"name": ""}, {"name": "x" * 201}, {"contact": "nobody"}, {"terms_version": ""}):
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
