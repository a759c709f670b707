"""Images as a client meets them, against the running stack."""

import io
import time
from typing import Any

import httpx
import pytest
from PIL import Image

from feed.engines import provenance
from feed.engines.certificates import make_chain
from feed.models import Generation
from tests.clients.people import fresh_name, mastodon_py
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack

GENERATIONS = "/api/humankind/v1/generations"
PAINTED = {"prompt": "a quiet <lora:x:1> lake at sunset", "width": 320, "height": 256}


def photograph(**options: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((120, 80)).save(out, "JPEG", **options)
    return out.getvalue()


def finished(client: httpx.Client, generation_id: str, seconds: float = 60) -> dict[str, Any]:
    """Poll a generation to its end, as a client does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = client.get(f"{GENERATIONS}/{generation_id}")
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        if body["progress"] == 100:
            return body
        assert body["state"] in {"queued", "generating", "signing"}
        assert answer.headers["Retry-After"]
        time.sleep(0.2)
    raise AssertionError(f"generation {generation_id} did not end within {seconds} s")


def upload(client: httpx.Client, data: bytes, name: str = "picture.jpg", **fields: str) -> httpx.Response:
    return client.post("/api/v2/media", files={"file": (name, data)}, data=fields)


def test_an_image_is_made_verified_and_posted_under_its_label(
    grace: httpx.Client, eileen: httpx.Client, http: httpx.Client
) -> None:
    asked = grace.post(GENERATIONS, json=PAINTED, headers={"Idempotency-Key": "one"})
    assert asked.status_code == 202, asked.text
    assert asked.json()["prompt"] == "a quiet lake at sunset"
    again = grace.post(GENERATIONS, json=PAINTED, headers={"Idempotency-Key": "one"})
    assert again.json()["id"] == asked.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"

    made = finished(grace, asked.json()["id"])
    assert made["state"] == "done"
    media = made["media"]
    assert media["meta"]["original"]["size"] == "320x256"
    assert media["humankind"]["machine_made"] is True
    assert media["humankind"]["digital_source_type"].endswith("/algorithmicMedia")
    assert [one["id"] for one in grace.get(GENERATIONS).json()["generations"]] == [made["id"]]

    file = http.get(media["url"])
    assert file.headers["Content-Type"] == "image/jpeg"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.headers["Access-Control-Allow-Origin"] == "*"
    assert Image.open(io.BytesIO(file.content)).size == (320, 256)
    assert http.get(media["url"], headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    assert http.get(media["preview_url"]).status_code == 200

    # Nobody else knows of it until it is posted.
    where = media["humankind"]["provenance_url"]
    assert eileen.get(f"{GENERATIONS}/{made['id']}").status_code == 404
    assert eileen.get(f"/api/v1/media/{media['id']}").status_code == 404
    assert http.get(where).status_code == 404
    assert grace.get(where).status_code == 200

    stolen = eileen.post("/api/v1/statuses", data={"status": "mine", "media_ids[]": [media["id"]]})
    assert stolen.status_code == 422
    posted = grace.post("/api/v1/statuses", data={"status": "Look", "media_ids[]": [media["id"]]})
    assert posted.status_code == 200, posted.text
    assert posted.json()["humankind"]["made_by"] == "assisted"
    assert posted.json()["media_attachments"][0] == media

    told = http.get(where).json()
    assert told["credentials"]["trusted"] is True
    assert told["credentials"]["digital_source_type"].endswith("/algorithmicMedia")
    assert "made here by a machine" in told["words"]

    # Downloaded and uploaded by somebody else, it loses its metadata and keeps its label.
    carried = upload(eileen, file.content).json()
    assert carried["humankind"]["source"] == "upload"
    assert carried["humankind"]["machine_made"] is True
    reposted = eileen.post("/api/v1/statuses", data={"status": "My photo", "media_ids[]": [carried["id"]]})
    assert reposted.json()["humankind"]["made_by"] == "assisted"
    told = http.get(carried["humankind"]["provenance_url"]).json()
    assert told["credentials"]["state"] == "none"
    assert "the label stays" in told["words"]

    # Deleted, the file and what is said of it are gone for everybody.
    assert grace.delete(f"/api/v1/statuses/{posted.json()['id']}").status_code == 200
    assert http.get(media["url"]).status_code == 404
    assert http.get(where).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"prompt": ""}, "prompt", "needs words"),
        ({"prompt": "a" * 1001}, "prompt", "at most 1000 characters"),
        ({"prompt": "nude teens"}, "prompt", "never made"),
        ({"prompt": "a lake", "width": 20_000}, "width", "from 256 to 1024"),
        ({"prompt": "a lake", "height": "tall"}, "height", "integer"),
        ({}, "prompt", "required"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_with_the_field_and_a_sentence(
    grace: httpx.Client, body: dict[str, Any], field: str, sentence: str
) -> None:
    answer = grace.post(GENERATIONS, json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert sentence in answer.json()["detail"]


def test_without_a_token_or_without_personhood_nothing_is_made(http: httpx.Client, stranger: httpx.Client) -> None:
    assert http.post(GENERATIONS, json=PAINTED).status_code == 401
    assert upload(http, photograph()).status_code == 401
    for answer in (stranger.post(GENERATIONS, json=PAINTED), upload(stranger, photograph())):
        assert answer.status_code == 403
        assert answer.json()["enrol"]


def test_a_photograph_is_uploaded_described_and_posted_as_a_humans(grace: httpx.Client, http: httpx.Client) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Somebody"
    answer = upload(grace, photograph(exif=exif), description="a gradient")
    assert answer.status_code == 200, answer.text
    media = answer.json()
    assert (media["type"], media["description"]) == ("image", "a gradient")
    assert b"Somebody" not in http.get(media["url"]).content
    described = grace.put(f"/api/v1/media/{media['id']}", data={"description": "grey, growing lighter"})
    assert described.json()["description"] == "grey, growing lighter"
    assert grace.get(f"/api/v1/media/{media['id']}").json() == described.json()
    too_long = grace.put(f"/api/v1/media/{media['id']}", data={"description": "x" * 1501})
    assert (too_long.status_code, "at most 1500" in too_long.json()["error"]) == (422, True)
    posted = grace.post("/api/v1/statuses", data={"status": "Look", "media_ids[]": [media["id"]]})
    assert posted.json()["humankind"]["made_by"] == "human"


def test_an_upload_that_strangers_signed_as_machine_made_keeps_that_label(grace: httpx.Client) -> None:
    signed = provenance.sign(
        photograph(),
        content_type="image/jpeg",
        digital_source_type="trainedAlgorithmicMedia",
        software="somebody's model",
        certificates=make_chain("Strangers"),
    )
    assert upload(grace, signed).json()["humankind"]["digital_source_type"].endswith("/trainedAlgorithmicMedia")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"just text", "notes.jpg"), (b"", "empty.png"), (photograph()[:300], "cut.jpg"), (b"<svg/>", "script.svg")],
)
def test_a_file_that_is_no_picture_is_refused_with_a_sentence(grace: httpx.Client, data: bytes, name: str) -> None:
    answer = upload(grace, data, name)
    assert answer.status_code == 422
    assert len(answer.json()["error"]) > 10
    assert grace.post("/api/v2/media", data={"description": "no file"}).status_code == 422


@pytest.mark.parametrize("path", ["..%2Fsecrets%2Fsecret_key", "../secrets/secret_key", "generated/none.jpg", "%00"])
def test_no_path_leads_out_of_the_media_folder(http: httpx.Client, path: str) -> None:
    assert http.get(f"/media/{path}").status_code in {400, 404}


def test_a_killed_worker_loses_no_image(grace: httpx.Client, stack: LiveStack) -> None:
    stack.kill("worker")
    asked = grace.post(GENERATIONS, json=PAINTED).json()
    # As a worker leaves it that was killed while it painted, and whose message is lost with it.
    Generation.objects.filter(pk=asked["id"]).update(state="generating", attempts=1, started_at="2026-01-01T00:00Z")
    stack.revive()
    wait_for(lambda: finished(grace, asked["id"])["state"] == "done", what="the image to be made", seconds=90)


def test_mastodon_py_uploads_describes_and_posts_an_image(stack: LiveStack) -> None:
    client = mastodon_py(stack.url, fresh_name("grace"))
    media = client.media_post(io.BytesIO(photograph()), mime_type="image/jpeg", description="a gradient")
    assert client.media_update(media, description="grey")["description"] == "grey"
    status = client.status_post("Look", media_ids=[media])
    assert [one["id"] for one in status["media_attachments"]] == [media["id"]]
    assert status["media_attachments"][0]["meta"]["original"]["size"] == "120x80"
