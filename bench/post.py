"""Posting: how many statuses are accepted, when the last follower sees one, and what delivering costs.

    python -m bench.post --followers 100 10000

Three tables, each beside its floor. "deliveries": the fan-out job as the worker runs it (followers from PostgreSQL,
timelines and listeners in Redis, the status marked as done) in turns with bare pipelined ZADDs to sets as long, and what
one delivery of either costs in CPU here and in Redis.
"posting": statuses over HTTP to the running stack, from several connections at once. "visible": one status after
another, each timed from before the request until the last follower's timeline in Redis holds it, and until the last
follower's WebSocket has said so; then that follower's home timeline is read over HTTP, and has to begin with it.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
from websockets.sync.client import connect

from bench.crowds import Crowd, bare_zadds, cpu_microseconds, crowds, give_bare_sets, give_timelines, middle_and_worst
from bench.report import report
from bench.running import load, running_stack, scratch_servers
from bench.uniqueness import alternating

if TYPE_CHECKING:
    from tests.live import LiveStack

CONNECTIONS = 8


def deliveries(crowd: Crowd, *, times: int) -> dict[str, Any]:
    """The job against bare ZADDs, medians of turns."""
    from feed.jobs.fan_out import fan_out
    from feed.models import Status

    give_timelines(crowd.followers)
    give_bare_sets(crowd.followers)
    # Rows that no worker hears of; made beforehand, as what is measured is the delivery.
    waiting = [
        Status.objects.create(account_id=crowd.author, text=f"number {number}").pk for number in range(2 * times + 1)
    ]
    ours, bare = alternating(
        lambda: fan_out(waiting.pop()),
        lambda: bare_zadds(crowd.followers),
        times=times,
    )
    number = len(crowd.followers)

    def repeated(act: Callable[[], object]) -> None:
        for _ in range(times):
            act()

    cost = cpu_microseconds(lambda: repeated(lambda: fan_out(waiting.pop())), deliveries=number * times)
    least = cpu_microseconds(lambda: repeated(lambda: bare_zadds(crowd.followers)), deliveries=number * times)
    return {
        "followers": number,
        "fan-out ms": ours,
        "deliveries/s": number / ours * 1000,
        "bare ZADDs/s": number / bare * 1000,
        "ours / bare": bare / ours,
        "CPU us": cost,
        "bare CPU us": least,
    }


def accepted(stack: "LiveStack", crowd: Crowd, token: str, *, seconds: float) -> dict[str, Any]:
    """Statuses answered with 200 in a time, and how long until all were delivered."""
    from feed.models import Status
    from tests.live import wait_for

    until = time.perf_counter() + seconds
    answered: list[float] = []

    def post() -> None:
        with httpx.Client(base_url=stack.url, timeout=60, headers={"Authorization": f"Bearer {token}"}) as http:
            while time.perf_counter() < until:
                began = time.perf_counter()
                http.post("/api/v1/statuses", json={"status": f"at {began}"}).raise_for_status()
                answered.append(time.perf_counter() - began)

    posters = [threading.Thread(target=post) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for one in posters:
        one.start()
    for one in posters:
        one.join()
    spent = time.perf_counter() - began
    wait_for(lambda: not Status.objects.filter(fanned_out_at=None).exists(), what="every delivery", seconds=300)
    middle, worst = middle_and_worst(answered)
    return {
        "followers": len(crowd.followers),
        "accepted/s": len(answered) / spent,
        "answer p50 ms": middle,
        "answer p99 ms": worst,
        "delivered s after the last": time.perf_counter() - began - spent,
    }


def visible(stack: "LiveStack", crowd: Crowd, token: str, last: str, *, posts: int) -> dict[str, Any]:
    """From before the request until the last follower has it, one status after another."""
    from common.redis import client
    from feed.queries import home_store

    key = home_store.key_of(crowd.followers[-1])
    answers, seen, heard = [], [], []
    ours, theirs = ({"Authorization": f"Bearer {one}"} for one in (token, last))
    address = f"{stack.url.replace('http', 'ws', 1)}/api/v1/streaming?stream=user&access_token={last}"
    with httpx.Client(base_url=stack.url, timeout=60) as http, connect(address) as stream:
        http.get("/api/v1/timelines/home", headers=theirs).raise_for_status()
        time.sleep(1)
        for number in range(posts):
            began = time.perf_counter()
            made = http.post("/api/v1/statuses", json={"status": f"number {number}"}, headers=ours).raise_for_status()
            answers.append(time.perf_counter() - began)
            identifier = made.json()["id"]
            member = home_store.member_of(int(identifier))
            while client().zscore(key, member) is None:
                time.sleep(0.0005)
            seen.append(time.perf_counter() - began)
            heard.append(_heard(stream, identifier) - began)
            home = http.get("/api/v1/timelines/home", headers=theirs).json()
            assert home[0]["id"] == identifier, "the last follower's home timeline begins with it"
    told: dict[str, Any] = {"followers": len(crowd.followers), "posts": posts}
    for name, times in (("answer", answers), ("visible", seen), ("streamed", heard)):
        told[f"{name} p50 ms"], told[f"{name} p99 ms"] = middle_and_worst(times)
    return told


def _heard(stream: Any, identifier: str) -> float:
    while True:
        frame = json.loads(stream.recv(timeout=60))
        if frame.get("event") == "update" and json.loads(frame["payload"])["id"] == identifier:
            return time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--followers", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--posts", type=int, default=100, help="of which the time until they are visible is measured")
    parser.add_argument("--seconds", type=float, default=8, help="of posting as fast as it goes")
    parser.add_argument("--times", type=int, default=15, help="turns of fan-out and bare ZADDs")
    options = parser.parse_args()
    with scratch_servers():
        from identity.operations.applications import OUT_OF_BAND, issue_token, register_application

        made = crowds(options.followers)
        report("post-deliveries", [deliveries(crowd, times=options.times) for crowd in made], notes=[load()])
        with running_stack() as stack:
            scopes = ["read", "write"]
            client = register_application(name="bench", redirect_uris=[OUT_OF_BAND], scopes=scopes).client
            rows: list[dict[str, Any]] = []
            seen: list[dict[str, Any]] = []
            for crowd in made:
                token, last = (
                    issue_token(client=client, account_id=one, scopes=scopes)
                    for one in (crowd.author, crowd.followers[-1])
                )
                rows.append(accepted(stack, crowd, token, seconds=options.seconds))
                seen.append(visible(stack, crowd, token, last, posts=options.posts))
            report("post", rows, notes=[f"{CONNECTIONS} connections; {load()}"])
            report("post-visible", seen, notes=[f"one status after another; {load()}"])


if __name__ == "__main__":
    main()
