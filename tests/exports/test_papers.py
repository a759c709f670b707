"""What a release says of itself, to people and to programs."""

import json
from typing import Any

import mlcroissant
import pytest
import yaml

from exports.queries.files import manifest_of
from tests.exports.world import Team, person, say


@pytest.fixture
def built(team: Team) -> Team:
    ada, grace = person(), person()
    say(ada, "A quiet violet morning, said Ada to nobody in particular, and wrote it down")
    say(grace, "It is easier to ask forgiveness than it is to get permission, as I keep saying")
    team.built()
    return team


def test_every_file_is_in_the_manifest(built: Team) -> None:
    manifest = manifest_of(built.newest())
    folder = built.folder(1)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    there = {path for path in there if not path.startswith("state/")} - {"manifest.dsse.json"}
    assert {file.path for file in manifest.files} == there
    assert there > {"README.md", "croissant.json", "statistics.json", "retractions.parquet"}


def test_mlcroissant_loads_and_iterates_it(built: Team) -> None:
    dataset = mlcroissant.Dataset(jsonld=built.folder(1) / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    found: list[dict[str, Any]] = list(dataset.records("records"))
    assert len(found) == 2
    assert {row["records/record_id"].decode() for row in found} == {row["record_id"] for row in built.records(1)}


def test_the_card_is_one_that_hugging_face_reads(built: Team) -> None:
    _, front, text = (built.folder(1) / "README.md").read_text().split("---\n", 2)
    card = yaml.safe_load(front)
    assert card["configs"][0]["data_files"] == [{"split": "train", "path": "data/*.parquet"}]
    assert (card["license"], card["size_categories"], card["language"]) == ("other", ["n<1K"], ["en"])
    assert "retractions.parquet" in text and "$" not in text


def test_statistics_are_of_the_whole_release(built: Team) -> None:
    say(person(), "Une phrase en langue douce, avec des mots que je choisis pour elle, et pour vous")
    built.built()
    told = json.loads((built.folder(2) / "statistics.json").read_text())
    assert (told["records"], told["authors"], told["added"]) == (3, 3, 1)
    assert told["counts"]["language"] == {"en": 2, "fr": 1}
    assert built.newest().statistics == told
