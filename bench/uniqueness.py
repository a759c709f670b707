"""The exact 1:N check: how long it takes as people are admitted, and what it costs beside the scan alone.

    python -m bench.uniqueness --sizes 10000 100000 1000000

"check" is what a decision does before it writes: take the lock, read the gallery's size, scan every code, compare the
second codes, choose the band. "bare" is the SELECT of the same scan and nothing else. faiss answers the same question
from memory, in one thread.
"""

import argparse
import struct
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import faiss
import numpy as np

from bench.report import report
from bench.scratch import consenting_account, scratch_database

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
LENGTHS = (512, 1024, 2048)
Codes = np.ndarray[Any, np.dtype[np.uint8]]


def binary_rows(first: int, codes: Codes) -> bytes:
    """(id, code, id of the epoch) rows in PostgreSQL's binary COPY format."""
    bits = codes.shape[1] * 8
    row = np.dtype(
        [("fields", ">i2"), ("a", ">i4"), ("id", ">i8"), ("b", ">i4"), ("bits", ">i4"), ("code", "u1", bits // 8)]
    )
    rows = np.zeros(len(codes), dtype=row)
    rows["fields"], rows["a"], rows["b"], rows["bits"] = 2, 8, 4 + bits // 8, bits
    rows["id"] = np.arange(first, first + len(codes))
    rows["code"] = codes
    return rows.tobytes()


def copy_in(cursor: Any, table: str, codes: Codes) -> None:
    """Fill (id bigint, code bit) of `table`."""
    with cursor.copy(f"copy {table} (id, code) from stdin with (format binary)") as copy:
        copy.write(SIGNATURE)
        for start in range(0, len(codes), 50_000):
            copy.write(binary_rows(start + 1, codes[start : start + 50_000]))
        copy.write(struct.pack(">h", -1))


def milliseconds(act: Callable[[], object], *, times: int = 7) -> float:
    """The median of several runs, after one to warm up."""
    act()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)


def alternating(one: Callable[[], object], other: Callable[[], object], *, times: int = 9) -> tuple[float, float]:
    """Medians of two, measured in turns, so that a busy moment of the machine meets both."""
    one()
    other()
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for act, into in ((one, spent[0]), (other, spent[1])):
            started = time.perf_counter()
            act()
            into.append((time.perf_counter() - started) * 1000)
    return median(spent[0]), median(spent[1])


def fill(size: int, random: np.random.Generator) -> Codes:
    """Admit `size` people with random codes; gives the codes."""
    from django.db import connection

    from identity.models import KeyEpoch

    KeyEpoch.objects.get_or_create(number=1, defaults={"check_value": "of a measurement"})
    codes = random.integers(0, 256, (size, 128), dtype=np.uint8)
    with connection.cursor() as wrapped:
        # The rows are consistent by construction; checking each reference would take longer than the rest.
        wrapped.execute("set session_replication_role = replica")
        wrapped.execute("truncate identity_template, identity_person cascade")
        wrapped.execute("drop table if exists staged; create unlogged table staged (id bigint, code bit(1024))")
        copy_in(wrapped.connection.cursor(), "staged", codes)
        wrapped.execute("insert into identity_person (id, at) select id, now() from staged")
        wrapped.execute(
            "insert into identity_template (person_id, key_epoch, code, model, at)"
            " select id, 1, code, 'sface-2021dec-int8bq', now() from staged"
        )
        wrapped.execute("insert into identity_secondopinion select id, ~code from identity_template")
        wrapped.execute("drop table staged; set session_replication_role = origin")
        wrapped.execute("vacuum analyze identity_template")
        wrapped.execute("vacuum analyze identity_person")
    return codes


def measured(size: int) -> dict[str, Any]:
    """One row of the first table."""
    from django.db import connection, transaction

    from identity.engines.codes import bit_string
    from identity.jobs import decision
    from identity.jobs.locks import one_decision_at_a_time
    from identity.queries.uniqueness import Codes as Face
    from identity.queries.uniqueness import candidates

    random = np.random.default_rng(size)
    codes = fill(size, random)
    probe = random.integers(0, 256, 128, dtype=np.uint8).tobytes()
    face = Face(1, probe, probe)

    def check() -> None:
        with transaction.atomic():
            one_decision_at_a_time()
            bands = decision.thresholds()
            decision.band_of(candidates([face], within=bands.review), bands)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select person_id from identity_template where key_epoch = 1 and code <~> %s::bit(1024) <= 300",
                [bit_string(probe)],
            )
            cursor.fetchall()

    ours, alone = alternating(check, bare)
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(1024)
    index.add(codes)
    query = np.frombuffer(probe, np.uint8)[None]
    in_memory = milliseconds(lambda: index.search(query, 10))
    with connection.cursor() as cursor:
        cursor.execute("select pg_total_relation_size('identity_template')")
        (stored,) = cursor.fetchone()
    return {
        "people": size,
        "check ms": ours,
        "bare SELECT ms": alone,
        "check / bare": ours / alone,
        "faiss ms (1 thread)": in_memory,
        "bare / faiss": alone / in_memory,
        "decisions/s": decisions_each_second(size),
        "MiB on disk": round(stored / 2**20),
    }


def decisions_each_second(size: int) -> float:
    """Whole decisions of newcomers, scan and insert, one after another."""
    from identity.jobs.decision import decide_enrolment
    from identity.models import Enrolment
    from identity.queries.uniqueness import Codes as Face

    random = np.random.default_rng()
    count = 60 if size <= 100_000 else 15
    waiting = []
    for number in range(count):
        account = consenting_account(f"n{size}_{number}")
        row = Enrolment.objects.create(
            account=account, state="checking", challenge=[], nonce=account.username, deadline="2100-01-01T00:00Z"
        )
        waiting.append(row.pk)
    started = time.perf_counter()
    for enrolment_id in waiting:
        code = random.integers(0, 256, 128, dtype=np.uint8).tobytes()
        decide_enrolment(enrolment_id=enrolment_id, faces=[Face(1, code, code)], evidence={}, model="bench")
    spent = time.perf_counter() - started
    admitted = Enrolment.objects.filter(pk__in=waiting, state="admitted").count()
    assert admitted == count, f"{admitted} of {count} were admitted"
    return count / spent


def by_length(size: int) -> list[dict[str, Any]]:
    """Scan time of bare code tables, one for each length."""
    from django.db import connection

    rows = []
    for bits in LENGTHS:
        random = np.random.default_rng(bits)
        codes = random.integers(0, 256, (size, bits // 8), dtype=np.uint8)
        probe = f"{int.from_bytes(codes[0].tobytes()):0{bits}b}"
        with connection.cursor() as wrapped:
            wrapped.execute(f"create table lengths (id bigint, code bit({bits}))")
            copy_in(wrapped.connection.cursor(), "lengths", codes)
            wrapped.execute("vacuum analyze lengths")

            def scan(wrapped: Any = wrapped, bits: int = bits, probe: str = probe) -> None:
                wrapped.execute(f"select id from lengths where code <~> %s::bit({bits}) <= {bits // 4}", [probe])  # noqa: S608
                wrapped.fetchall()

            spent = milliseconds(scan)
            wrapped.execute("select pg_total_relation_size('lengths')")
            (stored,) = wrapped.fetchone()
            wrapped.execute("drop table lengths")
        rows.append({"bits": bits, "people": size, "scan ms": spent, "MiB on disk": round(stored / 2**20)})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--length-size", type=int, default=1_000_000)
    options = parser.parse_args()
    with scratch_database():
        report(
            "uniqueness",
            [measured(size) for size in options.sizes],
            notes=["Error by code length is measured by bench.accuracy; the choice is in docs/decisions/0012."],
        )
        report("uniqueness-lengths", by_length(options.length_size))


if __name__ == "__main__":
    main()
