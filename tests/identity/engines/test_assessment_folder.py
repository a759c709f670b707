"""What the report takes from a folder of people, and what it says of the rest."""

from pathlib import Path

import pytest

from identity.engines.assessment.folder import Collection, FolderRefused, collected


def folder(tmp_path: Path, people: dict[str, int], subjects: str | None = None) -> Path:
    for name, count in people.items():
        (tmp_path / name).mkdir()
        for number in range(count):
            (tmp_path / name / f"{number}.JPG").touch()
    if subjects is not None:
        (tmp_path / "subjects.csv").write_text(subjects, encoding="utf-8-sig")
    return tmp_path


def taken(path: Path, *, images: int = 100, each: int = 4, seed: int = 1) -> Collection:
    return collected(path, most_images=images, most_each=each, seed=seed)


def test_a_large_folder_is_drawn_from_by_whole_people_and_the_same_ones_each_time(tmp_path: Path) -> None:
    path = folder(tmp_path, {f"p{number}": 2 for number in range(50)})
    found = taken(path, images=20)
    assert found.count == 20
    assert all(len(files) == 2 for files in found.images.values())
    assert "10 of 50 people were drawn" in " ".join(found.notes)
    assert list(found.images) == list(taken(path, images=20).images) != list(taken(path, images=20, seed=2).images)


def test_no_more_than_so_many_images_of_one_person_are_taken(tmp_path: Path) -> None:
    found = taken(folder(tmp_path, {"many": 9, "two": 2}), each=4)
    assert [path.name for path in found.images["many"]] == ["0.JPG", "1.JPG", "2.JPG", "3.JPG"]
    assert "1 people have more than 4 images" in found.notes[0]


def test_subjects_are_found_by_whichever_column_names_the_folders(tmp_path: Path) -> None:
    subjects = "age,who,group\n31,b,x\nNA,a,\n"
    found = taken(folder(tmp_path, {"a": 2, "b": 2, "c": 1}, subjects))
    assert found.columns == {"age": [None, "31", None], "group": [None, "x", None]}
    assert "says nothing of 1 people" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("subjects", "said"), [("who,age\nz,3\n", "names none of the folders"), ("", "names none of the folders")]
)
def test_subjects_of_other_people_are_left_out_in_words(tmp_path: Path, subjects: str, said: str) -> None:
    found = taken(folder(tmp_path, {"a": 2, "b": 2}, subjects))
    assert found.columns == {}
    assert said in " ".join(found.notes)


def test_subjects_that_cannot_be_read_do_not_stop_the_measurement(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a": 2, "b": 2})
    (path / "subjects.csv").write_bytes(b"who,age\n\xff\xfe\xfa,3\n")
    assert "cannot be read (UnicodeDecodeError)" in " ".join(taken(path).notes)


def test_one_person_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderRefused, match="at least two are needed"):
        taken(folder(tmp_path, {"a": 5, ".hidden": 2}))
