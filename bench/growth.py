"""What grows with the network, and how: worlds of 10,000, 100,000 and 1,000,000 people, and as many statuses.

    python -m bench.growth --sizes 10000 100000 1000000

Each world comes from the load generator (seeds/load) with twice as many follows, and one person whom everybody follows.
Measured in this process, each a median: the operation that posts; delivery of one status of that person to everybody,
beside bare pipelined ZADDs in turns; the same status where it is merged at read instead; a page of 20 of the home timeline
of somebody who follows them, as it is answered beside Django (decision 51); the same by Django, rows and JSON, from Redis,
merged, and when Redis has lost it; the public timeline. What does not grow stays the same from row to row.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from bench.crowds import bare_zadds, give_bare_sets, give_timelines, tokens_of
from bench.report import report
from bench.running import load, scratch_servers
from bench.uniqueness import alternating
from seeds.load.plan import Plan, Size, plan

FOLLOWS_FOR_EACH = 2
TIMES = 15
ENTRIES = 20
EVERYBODY = 10**9


def planned(size: int) -> tuple[Plan, int]:
    """A world, and the place of the one whom everybody follows."""
    statuses = size
    drawn = plan(Size(people=size, follows=(FOLLOWS_FOR_EACH - 1) * size, statuses=statuses, favourites=size // 2))
    star = int(np.bincount(drawn.follow_target, minlength=size).argmax())
    others = np.setdiff1d(np.arange(size), np.append(drawn.follow_source[drawn.follow_target == star], star))
    active = np.ones(size, dtype=np.int64)
    source = np.concatenate([drawn.follow_source, others])
    target = np.concatenate([drawn.follow_target, np.full(len(others), star)])
    return replace(drawn, active=active, follow_source=source, follow_target=target), star


def milliseconds(act: Callable[[], object], *, times: int = TIMES) -> float:
    """The median, after one to warm up."""
    act()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1000)
    return median(spent)


def measured(size: int) -> dict[str, Any]:
    """One row."""
    from django.conf import settings
    from django.db import connection

    from common.pagination import Page
    from feed.jobs.fan_out import fan_out
    from feed.models import Status
    from feed.operations.statuses import post_status
    from feed.queries import home_store
    from feed.queries.home_timeline import home_timeline, rebuild
    from feed.queries.hot.home import Asked, read_homes
    from feed.queries.rendering.statuses import statuses_json
    from feed.queries.statuses import public_timeline
    from seeds.load.writing import write_world

    # Nobody is read beside Django who follows an author whose statuses are merged at read.
    settings.FOLLOWERS_FANNED_OUT_TO = EVERYBODY
    began = time.perf_counter()
    drawn, place = planned(size)
    made = write_world(drawn, tell=lambda line: print(line, flush=True))
    written = time.perf_counter() - began
    star = int(made.accounts[place])
    accounts = [int(one) for one in made.accounts.tolist() if one != star]
    reader, poster = accounts[0], accounts[-1]

    def status() -> int:
        return int(Status.objects.create(account_id=star, text="heard by everybody").pk)

    def home() -> None:
        page = home_timeline(account_id=reader, page=Page(limit=20))
        assert len(statuses_json(page, viewer_id=reader)) == 20

    asked = Asked(tokens_of([reader])[0], "127.0.0.1", Page(limit=20))

    def answered() -> None:
        (answer,) = read_homes([asked])
        assert answer is not None and len(answer.ids) == 20

    def public() -> None:
        statuses_json(public_timeline(page=Page(limit=20), viewer_id=reader), viewer_id=reader)

    turns = 3 if size > 100_000 else 7
    row: dict[str, Any] = {"people": size, "statuses": drawn.statuses, "written s": written}
    row["post ms"] = milliseconds(lambda: post_status(account_id=poster, text="Good morning"))
    give_timelines(accounts, entries=ENTRIES)
    give_bare_sets(accounts, entries=ENTRIES)
    ours, bare = alternating(lambda: fan_out(status()), lambda: bare_zadds(accounts), times=turns)
    row["fan-out s"], row["deliveries/s"] = ours / 1000, len(accounts) / ours * 1000
    row["ours / bare"] = bare / ours
    home_store.drop(reader)
    rebuild(reader)
    row["home ms"] = milliseconds(answered)
    row["home, Django ms"] = milliseconds(home)
    settings.FOLLOWERS_FANNED_OUT_TO = 0
    row["not fanned out ms"] = milliseconds(lambda: fan_out(status()))
    row["merged ms"] = milliseconds(home)

    def lost() -> None:
        home_store.drop(reader)
        home()

    row["rebuilt ms"] = milliseconds(lost)
    row["public ms"] = milliseconds(public)
    with connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        row["MiB"] = round(cursor.fetchone()[0] / 2**20)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    rows = []
    for size in options.sizes:
        with scratch_servers():
            rows.append(measured(size))
    report("growth", rows, notes=[load()])


if __name__ == "__main__":
    main()
