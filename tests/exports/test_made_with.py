"""With another masker, or other eyes for faces, every record is made anew, and keeps its id."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import state
from exports.engines.pii.columnar import PatternMasker
from exports.engines.pii.port import Masked
from exports.queries.files import manifest_of
from tests.exports.pictures import drawing, uploaded
from tests.exports.world import Team, agree, person, say, withdraw
from tests.identity.scripted_person import SCRIPTED


@dataclass(frozen=True)
class KnowsBartholomew:
    """The patterns, and one name."""

    def mask(self, texts: pa.Array, languages: pa.Array | None = None) -> Masked:
        """Counts nothing of its own."""
        made = PatternMasker().mask(texts, languages)
        return Masked(pc.replace_substring(made.texts, "Bartholomew", "[PERSON]"), made.kinds, made.counts)

    def describe(self) -> dict[str, Any]:
        """As it is named."""
        return {"name": "bartholomew", "kinds": ["PERSON"], "models": []}


OTHER = f"{__name__}.KnowsBartholomew"


def told(team: Team) -> dict[str, str]:
    """{record id: text} of the newest release."""
    return {row["record_id"]: row["text"] for row in team.records(team.newest().number)}


def test_the_state_of_an_older_version_is_not_read(team: Team) -> None:
    ada = person()
    say(ada, "The first of many words about bread")
    team.built()
    (path,) = (team.folder(1) / "state").glob("shape-*.arrow")
    older = state.read(path).drop_columns(["bands"])
    path.unlink()
    state.write(older, path)
    before = told(team)
    say(ada, "The second of many words about bread")
    second = team.built()
    assert (second.added, second.retracted, len(told(team))) == (1, 0, 2)
    assert before.items() <= told(team).items()
    assert {file.since for file in manifest_of(second).files if file.bucket is not None} == {2}


def test_another_masker_makes_every_record_anew_and_ids_stay(team: Team, settings: Any) -> None:
    ada, bob = person(), person()
    say(ada, "My sourdough starter is called Bartholomew")
    say(bob, "Mine has no name at all, write to bob@bakers.example")
    first = team.built()
    assert manifest_of(first).made_with["masker"]["engine"] == settings.EXPORT_MASKER
    before = told(team)
    settings.EXPORT_MASKER = OTHER
    second = team.built()
    assert (second.added, second.changed, second.retracted) == (0, 2, 0)
    assert {file.since for file in manifest_of(second).files if file.bucket is not None} == {2}
    assert told(team) == {key: text.replace("Bartholomew", "[PERSON]") for key, text in before.items()}
    assert manifest_of(second).made_with == {
        "masker": {"engine": OTHER, "name": "bartholomew", "kinds": ["PERSON"], "models": []}
    }
    assert f"masker `{OTHER}` (PERSON)" in (team.folder(2) / "README.md").read_text()
    assert team.build() is None
    say(ada, "It rises")
    assert (team.built().changed, len(told(team))) == (0, 3)


def test_who_withdrew_meanwhile_is_retracted_for_that(team: Team, settings: Any) -> None:
    ada, bob = person(), person()
    say(ada, "hers")
    say(bob, "his")
    team.built()
    gone = next(key for key, text in told(team).items() if text == "hers")
    withdraw(ada)
    settings.EXPORT_MASKER = OTHER
    assert team.built().retracted == 1
    assert team.retractions(2) == {gone: "consent_withdrawn"}


def test_other_eyes_for_faces_look_at_every_picture_again(
    transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    """The scripted ones see a face in everything; a data set without pictures does not ask them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    images = Team(purpose="training_images")
    texts = Team.of(images, images.another("training_text"))
    ada = person()
    agree(ada, "training_images")
    say(ada, "Look what I painted", media_ids=[uploaded(ada, drawing()).pk])
    assert (images.built().records, texts.built().records) == (1, 1)
    eyes = settings.FACE_ENGINES
    settings.FACE_ENGINES = SCRIPTED
    seen = images.built()
    assert (seen.records, seen.retracted, seen.funnel["face"]) == (0, 1, 1)
    assert texts.build() is None
    settings.FACE_ENGINES = eyes
    assert (images.built().added, manifest_of(images.newest()).made_with["faces"]) == (1, {"engine": eyes})
