"""The same plan object on one machine and on a Ray cluster: equal records."""

import importlib.util
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from bench.export_texts import drawn, keys, read
from exports.engines.plan import Transformation, Transformed

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")
CHECKOUT = Path(__file__).resolve().parents[2]
# A process of its own: Daft has one runner in a process, and this one has the native.
PROGRAM = """
import pickle, sys
from pathlib import Path
import ray
from bench.export_texts import read
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
folder = Path(sys.argv[1])
transformation = pickle.loads((folder / "plan").read_bytes())
statuses, authors = read(folder)
found = transformation.apply(statuses=statuses, authors=authors)
(folder / "found").write_bytes(pickle.dumps(found))
ray.shutdown()
"""


def test_a_ray_cluster_gives_the_same_records(tmp_path: Path) -> None:
    drawn(400, tmp_path)
    here = Transformation(keys())
    (tmp_path / "plan").write_bytes(pickle.dumps(replace(here, runner="ray")))
    variables = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=CHECKOUT,
        env=variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    statuses, authors = read(tmp_path)
    native = here.apply(statuses=statuses, authors=authors)
    on_ray: Transformed = pickle.loads((tmp_path / "found").read_bytes())  # noqa: S301  # written by ourselves
    assert native.records.num_rows == 400
    for mine, other, key in (
        (native.records, on_ray.records, "record_id"),
        (native.beside, on_ray.beside, "status_id"),
    ):
        assert isinstance(other, pa.Table) and mine.sort_by(key).equals(other.sort_by(key))
