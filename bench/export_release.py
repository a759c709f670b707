"""Releases of texts from PostgreSQL: a full build, an increment, and nothing to do, beside a bare COPY of the same rows.

    python -m bench.export_release --statuses 1000000

The world comes from the load generator, in a scratch database: adults, admitted as unique, who agreed to `training_text`
and `training_replies`, with the texts of bench.export. Two datasets, one of which keeps near-duplicates, are built; then
by the operations `--changed` per cent more are written, then as many are written, edited or deleted, a third each, first of
the newest posts, as people mostly do, then of all that there ever were; after each both are built again, once more with
nothing changed, and once as on the first build of a day, which asks the gate about everybody. Each line is a process of
its own that builds the same for four recipients, one after the other, as a worker does. The first is not counted; of the
others the one with the median of CPU seconds is shown, with the least and the most that one took. CPU seconds are of all
threads of the process, and of PostgreSQL's backend with its parallel workers; "of full" is their share of the full
build's. The bare COPY throws away what it reads.

What is no part of a build is done before: PostgreSQL is vacuumed and analysed, which its autovacuum would do at some moment
of its own, and the parent release's files are read once, as an operating system that is short of memory drops from its
cache what nobody used for a while.
"""

import argparse
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.export_texts import RATES, drawn_texts
from bench.processes import children_seconds, cpu_seconds, parent_of
from bench.report import report
from bench.running import SETTINGS, load, scratch_servers

PURPOSES = ("training_text", "training_replies")
STATUSES_OF_ONE = 20
RECIPIENTS = ("Bench", "Another", "A third", "A fourth")
DATASETS = {"": {}, ", near-duplicates kept": {"near_duplicates": "keep"}}
BARE = """copy (
    select id, account_id, text, spoiler_text, found_language, found_language_score, language, sensitive, made_by,
        created_at, in_reply_to_id, root_id, favourites_count, reblogs_count, replies_count
    from feed_status
    where visibility = 'public' and deleted_at is null and withheld_at is null and for_training and reblog_of_id is null
) to stdout (format csv)"""


def made_world(texts: list[str], languages: list[str]) -> None:
    """Everybody's statuses, as many as there are texts."""
    from seeds.load.plan import Size, plan
    from seeds.load.writing import write_world

    statuses = len(texts)
    people = max(statuses // STATUSES_OF_ONE, 2)
    size = Size(
        people=people, follows=min(2 * people, people * (people - 1) // 4), statuses=statuses, favourites=statuses
    )
    write_world(plan(size), purposes=PURPOSES, said=(texts, languages))


def made_datasets() -> dict[str, list[int]]:
    """{what is said behind the line's name: ids of the dataset for each recipient}"""
    from exports.operations.recipients import create_dataset, register_recipient
    from identity.models import Account

    operator = Account.objects.create_superuser("bench_operator", "bench@humans.example", "a-Long-passphrase-9")
    teams = [
        register_recipient(operator_id=operator.pk, name=name, contact="bench@models.example", terms_version="1")
        for name in RECIPIENTS
    ]
    made = partial(create_dataset, operator_id=operator.pk, purpose=PURPOSES[0])
    return {
        name: [made(recipient_id=team.recipient.pk, name=f"texts{name}", filter=wanted).pk for team in teams]
        for name, wanted in DATASETS.items()
    }


def a_day_later() -> None:
    """Have the next build ask the gate about everybody."""
    from django.utils import timezone

    from exports.jobs.build_release import ASKED_OF_ALL_EVERY
    from exports.models import Dataset

    Dataset.objects.update(asked_of_all_at=timezone.now() - ASKED_OF_ALL_EVERY)


def write(texts: list[str], languages: list[str]) -> None:
    """Have people post the texts."""
    from feed.operations.statuses import post_status

    for text, language, (_, account_id) in zip(texts, languages, _drawn_statuses(len(texts)), strict=True):
        post_status(account_id=account_id, text=text, language=language)


def change(texts: list[str], languages: list[str], *, newest: int | None = None) -> None:
    """Write the first half of the texts, edit others to be the second half, and delete as many as each.

    What is edited and deleted is among so many of the newest statuses, or among all.
    """
    from feed.operations.edits import edit_status
    from feed.operations.statuses import delete_status

    number = len(texts) // 2
    chosen = _drawn_statuses(2 * number, newest=newest)
    write(texts[:number], languages[:number])
    for text, language, (status_id, account_id) in zip(
        texts[number:], languages[number:], chosen[:number], strict=True
    ):
        edit_status(account_id=account_id, status_id=status_id, text=text, language=language)
    for status_id, account_id in chosen[number:]:
        delete_status(account_id=account_id, status_id=status_id)


def _drawn_statuses(number: int, *, newest: int | None = None) -> list[tuple[int, int]]:
    """Ids of public statuses, among the newest if so many are given, and of their authors."""
    from feed.models import Status

    own = Status.objects.filter(reblog_of=None, visibility="public", deleted_at=None).order_by("-pk")
    return random.Random(9).sample(list(own.values_list("pk", "account_id")[:newest]), number)


def bare() -> int:
    """Bytes of the rows, by nothing but COPY."""
    from django.db import connection

    with connection.cursor() as cursor, cursor.cursor.copy(BARE) as out:
        return sum(len(block) for block in out)


def built(dataset_id: int) -> int:
    """Records of the release that was published, 0 for none."""
    from exports.jobs.build_release import build_release

    release = build_release(dataset_id=dataset_id)
    return release.records if release else 0


def tidied() -> None:
    """PostgreSQL as it is once its autovacuum has been there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")


def in_memory(dataset_id: int) -> None:
    """The files of the dataset's newest release, read once."""
    from django.conf import settings

    for release in sorted((settings.EXPORT_ROOT / str(dataset_id)).glob("release-*"))[-1:]:
        for path in release.rglob("*"):
            if path.is_file():
                path.read_bytes()


def measured(what: str, dataset_ids: Sequence[int]) -> dict[str, Any]:
    """One row, in this process: of what is built one after the other, but for the first, the one with the median.

    0 in place of a dataset is the bare COPY.
    """
    _, *rows = [_prepared(what, dataset_id) for dataset_id in dataset_ids]
    ranked = sorted(rows, key=lambda row: row["CPU s"])
    return ranked[len(ranked) // 2] | {"least": ranked[0]["CPU s"], "most": ranked[-1]["CPU s"]}


def _prepared(what: str, dataset_id: int) -> dict[str, Any]:
    in_memory(dataset_id)
    return _measured(what, partial(built, dataset_id) if dataset_id else bare)


def _measured(what: str, work: Callable[[], int]) -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = cursor.fetchone()[0]
    server = parent_of(backend)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, spent = time.perf_counter(), time.process_time()
    there = cpu_seconds([backend]) + children_seconds(server)
    result = work()
    here = time.process_time() - spent
    there = cpu_seconds([backend]) + children_seconds(server) - there
    return {
        "what": what,
        "CPU s": here + there,
        "here": here,
        "PostgreSQL": there,
        "wall s": time.perf_counter() - began,
        "grew by MiB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) // 1024,
        "gave": result,
    }


def _alone(what: str, folder: str, dataset_ids: Sequence[int] = (0, 0)) -> dict[str, Any]:
    """The same in a process of its own, on this process's scratch database."""
    from django.db import connection

    command = [sys.executable, "-m", "bench.export_release", "--measure", what, "--folder", folder]
    command += ["--database", str(connection.settings_dict["NAME"]), "--datasets", *map(str, dataset_ids)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    from django.conf import settings
    from django.db import connection

    logging.disable(logging.INFO)
    connection.settings_dict["NAME"] = options.database
    settings.EXPORT_ROOT, settings.EXPORT_STORAGE = options.folder, ""
    return measured(options.measure, options.datasets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statuses", type=int, default=1_000_000, help="with replies and reblogs")
    parser.add_argument("--changed", type=float, default=1, help="per cent")
    for hidden in ("--measure", "--database"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--datasets", type=int, nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_measure(options)))
        return
    from django.conf import settings

    rows, number = [], options.statuses
    some = round(number * options.changed / 100)
    changed = 2 * (some // 3)
    with scratch_servers(), tempfile.TemporaryDirectory() as folder:
        logging.disable(logging.INFO)
        drawn, languages = drawn_texts(number + some + 2 * changed)
        texts = [text[: settings.LONGEST_STATUS] for text in drawn]
        made_world(texts[:number], languages[:number])
        datasets = made_datasets()
        tidied()
        rows.append(_alone("bare COPY", folder) | {"of full": None})
        fully = {name: _alone(f"full{name}", folder, ids) for name, ids in datasets.items()}
        rows += [row | {"of full": 1.0} for row in fully.values()]
        more = number + some
        last = more + changed
        steps: list[tuple[str, Callable[[], None]]] = [
            (f"{options.changed:g} % written", lambda: write(texts[number:more], languages[number:more])),
            (
                f"{options.changed:g} % changed, of the newest",
                lambda: change(texts[more:last], languages[more:last], newest=some),
            ),
            (f"{options.changed:g} % changed, of all", lambda: change(texts[last:], languages[last:])),
            ("nothing changed", lambda: None),
            ("nothing changed, everybody asked about", a_day_later),
        ]
        for what, step in steps:
            step()
            tidied()
            for name, ids in datasets.items():
                row = _alone(f"{what}{name}", folder, ids)
                rows.append(row | {"of full": row["CPU s"] / fully[name]["CPU s"]})
    report("export_release", rows, notes=[f"{number} statuses. {RATES}", load()])


if __name__ == "__main__":
    main()
