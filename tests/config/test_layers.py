"""What import-linter cannot see."""

import re
from pathlib import Path

from config.stack import ROOT

APPS = ("common", "identity", "feed", "moderation", "exports", "seeds", "config")


def sources() -> list[Path]:
    return [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def test_models_of_another_app_are_imported_and_never_fetched_by_name() -> None:
    found = [str(path) for path in sources() if re.search(r"\bget_model\(", path.read_text())]
    assert found == []


def test_no_app_hides_an_import_of_a_higher_app_behind_type_checking() -> None:
    order = {"common": 0, "identity": 1, "feed": 2, "moderation": 3, "exports": 4, "seeds": 5, "config": 5}
    found = []
    for path in sources():
        own = path.relative_to(ROOT).parts[0]
        for name in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE):
            if name in order and order[name] > order[own] and (own, name) != ("common", "config"):
                found.append(f"{path.name} imports {name}")
    assert found == []


def test_what_follows_a_commit_goes_by_one_way() -> None:
    """A bare `on_commit`, or Celery's `delay_on_commit`, answers 500 to a committed request where Redis is down."""
    way = ROOT / "common" / "after_commit.py"
    bare = re.compile(r"\bon_commit\(|delay_on_commit")
    found = [path.name for path in sources() if path != way and bare.search(path.read_text())]
    assert found == []
