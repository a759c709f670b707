"""What one enrolment costs, beside the bare model calls on the same frames.

    python -m bench.enrolment

"enrolment" is the whole job of a worker: read and decrypt the frames, decode, find faces, judge, embed, protect, compare
and admit. "models" is every model call that it makes, on frames that are decoded already: detector, mesh and embedder
once a frame, the second opinion on the best two. CPU seconds of this process; PostgreSQL and Redis have their own.
"""

import argparse
import multiprocessing
import secrets
import time
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib
import numpy as np
import skimage
from PIL import Image

from bench.report import report
from bench.scratch import consenting_account, scratch_database

PHOTOGRAPHS = {
    "grace_hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
    "astronaut": Path(skimage.__file__).parent / "data" / "astronaut.png",
}
CHALLENGE = ("turn_left", "blink_twice", "smile")
Frames = dict[str, list[bytes]]


def performed(path: Path) -> Frames:
    """The puppet's frames of the challenge."""
    from identity.engines.assessment.puppet import Puppet
    from identity.engines.gestures import Gesture

    puppet = Puppet(np.asarray(Image.open(path).convert("RGB")))
    return {gesture: puppet.perform(Gesture(gesture)) for gesture in CHALLENGE}


def submitted(account_id: int, frames: Frames) -> int:
    """An enrolment ready to be checked; gives its id."""
    from identity.models import Enrolment
    from identity.models.capture import Capture

    key = secrets.token_bytes(32)
    row = Enrolment.objects.create(
        account_id=account_id,
        state="checking",
        challenge=list(CHALLENGE),
        nonce=secrets.token_hex(8),
        deadline="2100-01-01T00:00Z",
        frame_key=key,
        frames={gesture: len(each) for gesture, each in frames.items()},
    )
    for gesture, each in frames.items():
        Capture(row.pk, key).add(gesture, each, start=0, seconds=900)
    return row.pk


def check_all(ids: list[int]) -> None:
    """A worker process's share."""
    from identity.jobs.check_enrolment import check_enrolment

    for enrolment_id in ids:
        check_enrolment(enrolment_id)


def people_each_minute(frames: Frames, *, processes: int, each: int) -> float:
    """Enrolments decided in a minute by so many worker processes, their start and model loading left out."""
    from django.db import connection

    from identity.models import Enrolment

    shares = [
        [submitted(consenting_account(f"p{number}_{n}").pk, frames) for n in range(each)] for number in range(processes)
    ]
    # Children must not inherit connections: two processes would read each other's answers.
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's wrapper has it, the general one does not
    context = multiprocessing.get_context("fork")
    started = time.perf_counter()
    workers = [context.Process(target=check_all, args=(share,)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = time.perf_counter() - started
    states = Enrolment.objects.filter(pk__in=[pk for share in shares for pk in share])
    assert not states.filter(state="checking").exists()
    return 60 * processes * each / spent


def whole_and_bare(name: str, frames: Frames, *, times: int) -> dict[str, Any]:
    """Medians of CPU seconds, the two measured in turns."""
    from identity.engines.defaults import default_engines
    from identity.engines.images import decode
    from identity.jobs.check_enrolment import check_enrolment
    from identity.models import Enrolment

    engines = default_engines()
    images = [decode(frame) for each in frames.values() for frame in each]
    account_id = consenting_account(name).pk
    whole, bare = [], []
    for turn in range(times + 1):
        enrolment_id = submitted(account_id, frames)
        began = time.process_time()
        check_enrolment(enrolment_id)
        middle = time.process_time()
        faces = [engines.detector.detect(image)[0] for image in images]
        for image, face in zip(images, faces, strict=True):
            engines.mesh.measure(image, face)
            engines.embedder.embed(image, face)
        for image, face in zip(images[:2], faces[:2], strict=True):
            engines.second_opinion.embed(image, face)
        ended = time.process_time()
        state = Enrolment.objects.get(pk=enrolment_id).state
        assert state == "admitted", f"{name} is {state}"
        # The first turn loads the models.
        if turn:
            whole.append(middle - began)
            bare.append(ended - middle)
    return {
        "photograph": name,
        "frames": len(images),
        "enrolment CPU s": median(whole),
        "models CPU s": median(bare),
        "enrolment / models": median(whole) / median(bare),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--each", type=int, default=10)
    options = parser.parse_args()
    with scratch_database():
        frames = {name: performed(path) for name, path in PHOTOGRAPHS.items()}
        rows = [whole_and_bare(name, each, times=options.times) for name, each in frames.items()]
        rate = people_each_minute(frames["grace_hopper"], processes=options.processes, each=options.each)
        report(
            "enrolment",
            rows,
            notes=[f"{rate:.0f} people a minute with {options.processes} worker processes (wall clock)"],
        )


if __name__ == "__main__":
    main()
