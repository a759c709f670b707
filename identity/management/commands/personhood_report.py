"""`manage.py personhood_report --faces DIR --out DIR`: how good the face check is, as report.html and report.json."""

import json
import time
from argparse import ArgumentParser
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from identity.engines.assessment.acquisition import Acquired
from identity.engines.assessment.assess import QUICK, Options, assess
from identity.engines.assessment.baseline import as_baseline, worse
from identity.engines.assessment.folder import FolderRefused, collected
from identity.engines.assessment.page import page, plain
from identity.engines.defaults import default_engines

_LISTED = 20
_EVERY_SECONDS = 5.0


class Command(BaseCommand):
    help = (
        "Measures the face check on a folder of person/image files: error rates, differences between groups, the quality"
        " gate, poor captures, attacks and thresholds. No database is used, and no picture goes into the report."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--faces", type=Path, required=True, help="a folder with a folder of images for each person"
        )
        parser.add_argument("--out", type=Path, required=True, help="where report.html and report.json are written")
        parser.add_argument("--gallery", type=int, default=10_000, help="people to propose a threshold for")
        parser.add_argument("--fpir", type=float, default=0.01, help="share of newcomers that may be stopped wrongly")
        parser.add_argument("--seed", type=int, default=1, help="draws people, intervals and noise")
        parser.add_argument("--images", type=int, default=2_000, help="images compared at most; bounds the memory")
        parser.add_argument("--each", type=int, default=4, help="images of one person at most")
        parser.add_argument("--poor", type=int, help="people whose captures are degraded; 0 leaves that out")
        parser.add_argument("--attacks", type=int, help="people who are attacked; 0 leaves that out")
        parser.add_argument("--quick", action="store_true", help="fewer poor captures and attacks, for a first look")
        parser.add_argument("--baseline", type=Path, help="fail when the pipeline is worse than this file says")
        parser.add_argument("--write-baseline", type=Path, help="write this run's figures as such a file")

    def handle(self, **options: Any) -> None:
        self._check(options)
        started = time.monotonic()
        wanted = replace(
            QUICK if options["quick"] else Options(), **{name: options[name] for name in ("gallery", "fpir", "seed")}
        )
        if options["poor"] is not None:
            wanted = replace(wanted, swept=options["poor"])
        if options["attacks"] is not None:
            wanted = replace(wanted, presented=options["attacks"])
        try:
            collection = collected(
                options["faces"], most_images=options["images"], most_each=options["each"], seed=options["seed"]
            )
            for note in collection.notes:
                self.stdout.write(note)
            data, acquired = assess(
                collection,
                wanted,
                default_engines(),
                _Told(self),
            )
        except FolderRefused as error:
            raise CommandError(f"{error}") from error
        self._tell_of_failures(acquired)
        now = datetime.now(UTC)
        data["run"] = {"made_at": now.isoformat(timespec="seconds"), "seconds": round(time.monotonic() - started, 1)}
        data = plain(data)
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(data, indent=2, allow_nan=False) + "\n")
        (out / "report.html").write_text(render_to_string("assessment/report.html", page(data)))
        self.stdout.write(f"Written: {out / 'report.html'} and {out / 'report.json'}")
        if options["write_baseline"]:
            options["write_baseline"].write_text(json.dumps(as_baseline(data), indent=2, allow_nan=False) + "\n")
        if options["baseline"]:
            self._compare(data, options["baseline"])

    def _check(self, options: dict[str, Any]) -> None:
        if options["gallery"] < 1 or not 0 < options["fpir"] < 1:
            raise CommandError("--gallery is at least 1, and --fpir lies between 0 and 1.")
        if options["images"] < 2 or options["each"] < 2:
            raise CommandError("--images and --each are at least 2: error rates compare.")
        if min(options["poor"] or 0, options["attacks"] or 0) < 0:
            raise CommandError("--poor and --attacks are numbers of people, 0 or more.")

    def _tell_of_failures(self, acquired: Acquired) -> None:
        """On the screen alone: paths may be names of people, and the report is for others to read."""
        for failure in acquired.failures[:_LISTED]:
            place = f"{failure.path.parent.name}/{failure.path.name}"
            self.stdout.write(f"Not usable: {place}: {', '.join(failure.codes)}")
        if len(acquired.failures) > _LISTED:
            self.stdout.write(f"... and {len(acquired.failures) - _LISTED} more.")

    def _compare(self, data: dict[str, Any], path: Path) -> None:
        try:
            found = worse(data, json.loads(path.read_text()))
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"The baseline {path} cannot be used ({type(error).__name__}: {error}).") from error
        if found:
            raise CommandError(" ".join(found))
        self.stdout.write("No worse than the baseline.")


class _Told:
    """Says on the screen how far it is and how long it may still take, every few seconds and at each new step."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._started = time.monotonic()
        self._last = ("", 0.0)

    def __call__(self, step: str, share: float) -> None:
        now = time.monotonic()
        if step == self._last[0] and now - self._last[1] < _EVERY_SECONDS:
            return
        self._last = (step, now)
        left = f", about {(now - self._started) * (1 - share) / share:.0f} s left" if 0 < share < 1 else ""
        self._command.stdout.write(f"{step}: {share:.0%}{left}")
        self._command.stdout.flush()
