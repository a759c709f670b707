"""There is one door from the feed to training, and nothing else of the house asks who agreed to it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.stack import ROOT

GATE = ROOT / "feed" / "queries" / "training"
# Where an author's word on training is taken, kept, shown back to everybody with the status, or copied for its author.
KEEPS_THE_WORD = {
    "feed/api/training.py",
    "feed/api/wishes.py",
    "feed/jobs/posting/write.py",
    "feed/models/status.py",
    "feed/operations/edits.py",
    "feed/operations/reblogs.py",
    "feed/operations/statuses.py",
    "feed/operations/training.py",
    "feed/queries/archive.py",
    "feed/queries/drafts.py",
    "feed/queries/rendering/statuses.py",
    "feed/queries/scheduled.py",
}
# Who sets holds, forgets them with the account, or tells moderation which there are.
KEEPS_HOLDS = {
    "feed/jobs/erase_closed.py",
    "feed/models/__init__.py",
    "feed/models/training.py",
    "feed/operations/training.py",
    "feed/queries/archive.py",
    "feed/queries/training_holds.py",
}
PURPOSES = r"training_(?:text|replies|images|instruction|preferences)|bot_research"


def sources(*apps: str) -> Iterator[tuple[str, Path]]:
    for app in apps:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and GATE not in path.parents:
                yield str(path.relative_to(ROOT)), path


def names_in(path: Path) -> set[str]:
    """Every name, attribute and argument of a program, and every text in it that could be one; docstrings are long."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            found.add(node.value)
    return found


def test_exports_reach_no_row_of_the_feed_but_through_the_gate() -> None:
    """Imports are kept by a contract in pyproject.toml; this sees tables, related names and SQL."""
    others = "statuses|generations|favourites|training_holds|profile"
    related = re.compile(rf"^(?:{others})__|__(?:{others})(?:__|$)|^feed_[a-z]|^feed\.[a-z]+$")
    found = [f"{name}: {one}" for name, path in sources("exports") for one in names_in(path) if related.search(one)]
    assert found == []
    raw = [name for name, path in sources("exports") if re.search(r"\b(from|join)\s+\"?feed_", path.read_text(), re.I)]
    assert raw == []


def test_no_ranking_timeline_limit_or_notice_reads_the_authors_word() -> None:
    """`for_training` of a status is stored and shown; no other module of the house knows the name."""
    found = {name for name, path in sources("feed", "moderation", "identity") if "for_training" in names_in(path)}
    assert found == KEEPS_THE_WORD


def test_no_reward_ranking_or_nag_hangs_on_consent() -> None:
    """Outside the gate and the receipts themselves nothing names a purpose of training or asks for consents."""
    asks = re.compile(
        rf"\A(?:{PURPOSES}|Consent|consents|has_consent|consented_accounts|newest_receipts|purposes_of)\Z"
    )
    found = {name for name, path in sources("feed", "moderation") if any(asks.match(one) for one in names_in(path))}
    assert found == set()
    # Identity shows where one stands, when one asks; its notices, renewals and limits name no purpose of training.
    named = {
        name
        for name, path in sources("identity", "common")
        if any(re.fullmatch(PURPOSES, one) for one in names_in(path))
    }
    assert named == {"identity/queries/policies.py"}


def test_holds_are_known_to_the_gate_and_to_who_sets_them() -> None:
    """An account that is held out of training is shown, found and limited as any other."""
    found = {name for name, path in sources("feed") if names_in(path) & {"TrainingHold", "training_holds"}}
    assert found == KEEPS_HOLDS
