"""Images that people gave: their bytes, what is said of them, and what stays out."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from common.redis import client
from exports.engines.image_columns import IMAGES
from exports.engines.shard import read_records, write_records
from exports.queries import faces_seen
from feed.engines import provenance
from feed.operations.edits import MediaChange, edit_status
from feed.operations.statuses import delete_status
from feed.queries.certificates import signing_certificates
from identity.models import Account
from tests.exports.pictures import drawing, generated, media_of, photograph, uploaded
from tests.exports.world import Team, agree, person, say, withdraw

PURPOSE = "training_images"


@pytest.fixture(autouse=True)
def media_folder(settings: Any, tmp_path: Path) -> None:
    """What is uploaded lies in the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def images(transactional_db: None) -> Team:
    """A recipient of images."""
    return Team(purpose=PURPOSE)


def giver(*purposes: str) -> Account:
    """An admitted human who gave images, and what else is named."""
    account = person(consents=False)
    agree(account, PURPOSE, *purposes)
    return account


def forget_faces() -> None:
    """Redis was emptied."""
    for key in client().scan_iter("exports:face:*"):
        client().delete(key)


def test_an_image_goes_in_with_its_bytes_and_its_description(images: Team) -> None:
    ada = giver()
    media = uploaded(ada, drawing(), alt="A blurred painting, write to ada@lovelace.example")
    said = say(ada, "Look what I painted today", media_ids=[media.pk])
    uploaded(ada, drawing(2))
    assert images.built().records == 1
    record = images.records(1)[0]
    with default_storage.open(media.file) as file:
        assert record["image"]["bytes"] == file.read()
    assert record["image"]["path"] == f"{record['record_id']}.jpg"
    assert (record["sha256"], record["mime"]) == (media.sha256, "image/jpeg")
    assert (record["width"], record["height"]) == Image.open(io.BytesIO(record["image"]["bytes"])).size
    assert record["alt"] == "A blurred painting, write to [EMAIL]"
    assert record["masked"] == [{"kind": "EMAIL", "count": 1}]
    assert (record["made_by"], record["evidence"], record["credentials"]) == ("human", "declared", "none")
    # The words are another consent's.
    assert record["caption"] is None
    told = str({name: value for name, value in record.items() if name != "image"})
    for secret in (str(ada.pk), str(media.pk), str(said.pk), media.file):
        assert secret not in told


def test_a_generated_image_leaves_labelled_and_with_its_credentials_intact(images: Team) -> None:
    ada = giver()
    made = generated(ada, "a quiet lake in the morning")
    say(ada, "made by a machine", media_ids=[media_of(made).pk])
    images.built()
    record = images.records(1)[0]
    found = provenance.verify(
        record["image"]["bytes"], content_type=record["mime"], certificates=signing_certificates()
    )
    assert found.trusted and found.digital_source_type == "algorithmicMedia"
    assert (record["made_by"], record["evidence"], record["credentials"]) == ("machine", "c2pa", "trusted")
    assert record["digital_source_type"].endswith("/algorithmicMedia")


def test_a_caption_needs_the_consent_to_texts_and_an_answer_that_to_answers(images: Team) -> None:
    ada, bob = giver("training_text"), giver()
    question = say(bob, "What does your garden look like?")
    media = [uploaded(ada, drawing(seed), alt=f"drawing {seed}").pk for seed in (1, 2)]
    say(ada, "My garden, photographed at noon", media_ids=media[:1])
    say(ada, "Here, in the evening", media_ids=media[1:], in_reply_to_id=question.pk)
    images.built()
    assert {row["alt"]: row["caption"] for row in images.records(1)} == {"drawing 1": "My garden, photographed at noon"}
    agree(ada, "training_replies")
    assert images.built().added == 1
    captions = {row["alt"]: row["caption"] for row in images.records(2)}
    assert captions == {"drawing 1": "My garden, photographed at noon", "drawing 2": "Here, in the evening"}
    withdraw(ada, "training_text")
    third = images.built()
    assert (third.records, third.retracted) == (2, 0)
    assert {row["caption"] for row in images.records(3)} == {None}


def test_pictures_of_faces_missing_files_and_repetitions_stay_out_and_are_counted(images: Team, faces: Path) -> None:
    ada = giver()
    shown = [
        uploaded(ada, photograph(faces), alt="somebody"),
        uploaded(ada, drawing(1), alt="first"),
        uploaded(ada, drawing(1), alt="the same again"),
    ]
    lost, altered = uploaded(ada, drawing(3)), uploaded(ada, drawing(4))
    for media in (*shown, lost, altered):
        say(ada, "", media_ids=[media.pk])
    default_storage.delete(lost.file)
    Path(default_storage.path(altered.file)).write_bytes(drawing(5))
    release = images.built()
    assert {row["alt"] for row in images.records(1)} == {"first"}
    assert {name: release.funnel[name] for name in ("considered", "face", "duplicate", "file_missing")} == {
        "considered": 5,
        "face": 1,
        "duplicate": 1,
        "file_missing": 2,
    }


def test_each_picture_is_searched_for_a_face_once_while_redis_remembers(
    images: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    forget_faces()

    def look(data: bytes) -> bool:
        looked.append(len(data))
        return False

    monkeypatch.setattr(faces_seen, "shows_a_face", look)
    ada = giver()
    say(ada, "first", media_ids=[uploaded(ada, drawing(1)).pk])
    images.built()
    say(ada, "second", media_ids=[uploaded(ada, drawing(2)).pk])
    images.built()
    assert len(looked) == 2
    forget_faces()
    say(ada, "third", media_ids=[uploaded(ada, drawing(3)).pk])
    assert images.built().records == 3
    assert len(looked) == 5


def test_what_is_taken_back_is_retracted_and_its_bytes_are_gone(images: Team) -> None:
    ada, bob = giver(), giver()
    gone = say(ada, "gone", media_ids=[uploaded(ada, drawing(1), alt="gone").pk])
    say(ada, "kept", media_ids=[uploaded(ada, drawing(2), alt="kept").pk])
    say(bob, "bob's", media_ids=[uploaded(bob, drawing(3), alt="bob's").pk])
    images.built()
    records = {row["alt"]: row for row in images.records(1)}
    delete_status(account_id=ada.pk, status_id=gone.pk)
    images.built()
    assert images.retractions(2) == {records["gone"]["record_id"]: "deleted"}
    withdraw(ada, PURPOSE)
    images.built()
    assert images.retractions(3) == {records["kept"]["record_id"]: "consent_withdrawn"}
    assert [row["alt"] for row in images.records(3)] == ["bob's"]
    held = b"".join(path.read_bytes() for path in images.folder(3).rglob("*") if path.is_file())
    for alt in ("gone", "kept"):
        # A JPEG is not made smaller by zstd, so its middle would lie in the file as it is.
        middle = records[alt]["image"]["bytes"][1000:1064]
        assert middle not in held


def test_an_edited_description_reaches_the_next_release(images: Team) -> None:
    ada = giver()
    media = uploaded(ada, drawing(), alt="a violet mistake")
    said = say(ada, "look", media_ids=[media.pk])
    images.built()
    edit_status(
        account_id=ada.pk,
        status_id=said.pk,
        text="look",
        media_ids=[media.pk],
        media_changes={media.pk: MediaChange(description="a grey truth")},
    )
    second = images.built()
    assert (second.changed, second.retracted) == (1, 0)
    assert [row["alt"] for row in images.records(2)] == ["a grey truth"]


@pytest.mark.parametrize(
    ("filter", "left"),
    [({"made_by": ["human"]}, "by hand"), ({"made_by": ["machine"]}, "by machine"), ({"since": "2999-01-01"}, None)],
)
def test_a_dataset_takes_what_its_filter_says(transactional_db: None, filter: dict[str, Any], left: str | None) -> None:
    team, ada = Team(purpose=PURPOSE, filter=filter), giver()
    made = media_of(generated(ada, "a quiet lake"))
    by_hand = uploaded(ada, drawing(), alt="by hand")
    say(ada, "", media_ids=[by_hand.pk])
    posted = say(ada, "", media_ids=[made.pk])
    edit_status(
        account_id=ada.pk,
        status_id=posted.pk,
        text="",
        media_ids=[made.pk],
        media_changes={made.pk: MediaChange(description="by machine")},
    )
    release = team.build()
    assert {row["alt"] for row in team.records(1)} == ({left} if left else set()) if release else left is None


def test_the_datasets_library_sees_pictures(images: Team) -> None:
    ada = giver()
    for seed in range(3):
        say(ada, "", media_ids=[uploaded(ada, drawing(seed)).pk])
    images.built()
    files = sorted(str(path) for path in (images.folder(1) / "data").glob("*.parquet"))
    # Imported here: it takes seconds.
    import datasets

    loaded = datasets.Dataset.from_parquet(files, cache_dir=str(images.folder(1).parent / "cache"))
    assert isinstance(loaded.features["image"], datasets.Image)
    assert loaded[0]["image"].size == (240, 180)
    assert all(pq.ParquetFile(file).metadata.row_group(0).num_rows <= 32 for file in files)


def test_more_pictures_than_arrow_holds_in_one_column_are_written_and_read(tmp_path: Path) -> None:
    """2 GiB is the most that a column of pictures holds in one piece; a bucket of the network may have more."""
    picture, at_once, times = bytes(1 << 20), 100, 21
    pictures = pa.array([{"bytes": picture, "path": "x.png"}] * at_once, IMAGES.field("image").type)
    parts = [
        pa.table({"record_id": [f"{row * times + part:032x}" for row in range(at_once)], "image": pictures})
        for part in range(times)
    ]
    records, path = pa.concat_tables(parts), tmp_path / "bucket.parquet"
    write_records(records, path, rows_in_group=32)
    read = read_records(path, records.schema)
    assert read["record_id"].to_pylist() == sorted(records["record_id"].to_pylist())
    assert read.nbytes > 2**31 and read["image"][-1].as_py() == {"bytes": picture, "path": "x.png"}
