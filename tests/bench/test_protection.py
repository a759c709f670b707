"""The formulas of bench.protection on cases whose answer is known."""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from bench import theft
from bench.errors import error_rates
from bench.protected_codes import rotation, signs
from bench.simulated import fitted, unit
from bench.unlinkability import floor, linkability, local_measure
from identity.engines.codes import epoch_key, protect
from identity.engines.root_secret import HeldSecret

RANDOM = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small matrices only lose by being shared out."""
    with threadpool_limits(1):
        yield


def test_separable_scores_are_wholly_linkable_and_identical_ones_not_at_all() -> None:
    assert linkability(RANDOM.uniform(0, 0.4, 5000), RANDOM.uniform(0.6, 1, 5000)).d_sys == pytest.approx(1)
    scores = RANDOM.normal(0.5, 0.01, 5000)
    assert linkability(scores, scores).d_sys == 0


def test_scores_that_overlap_by_half_are_half_linkable() -> None:
    """Uniform over [0, 1] and over [0.5, 1.5]: below 0.5 certain, above it the likelihoods are equal."""
    found = linkability(RANDOM.uniform(0, 1, 100_000), RANDOM.uniform(0.5, 1.5, 100_000), bins=30)
    assert found.d_sys == pytest.approx(0.5, abs=0.02)


def test_the_local_measure_follows_the_likelihood_ratio() -> None:
    """2 LR / (1 + LR) - 1 for a ratio of 3 is one half; 0 up to a ratio of 1; 1 where only one person's scores fall."""
    mated, non_mated = np.array([3.0, 1.0, 0.5, 1.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0, 1.0])
    assert local_measure(mated, non_mated) == pytest.approx([0.5, 0, 0, 1, 0])
    assert local_measure(mated, non_mated, omega=1 / 3)[0] == 0


def test_few_scores_look_linked_by_chance_and_the_floor_says_how_much() -> None:
    scores = RANDOM.normal(0.5, 0.015, 4000)
    mean, most = floor(scores[:600], 300, random=RANDOM)
    assert 0.02 < mean <= most < 0.3
    assert floor(scores, 2000, random=RANDOM)[0] < mean


def test_scores_in_steps_fall_into_bins_of_as_many_steps() -> None:
    """Else some bins hold one step more than others, and the densities look like combs."""
    steps = np.arange(400, 700) / 1024
    found = linkability(np.repeat(steps, 10), np.repeat(steps, 10), step=1 / 1024)
    assert found.mated[:-1] == pytest.approx(np.full(len(found.mated) - 1, found.mated[0]))
    assert found.d_sys == 0


def test_error_rates_of_a_comparison_that_never_errs_and_of_one_that_guesses() -> None:
    apart = np.full((200, 200), 0.5)
    np.fill_diagonal(apart, 0.1)
    never = error_rates("x", [(apart, np.full((200, 50), 0.45))], RANDOM)
    assert (never.eer, never.fnmr_at_fmr_01pct, never.fnir_at_fpir_1pct) == (0, 0, 0)
    assert never.eer_interval == pytest.approx((0, 3 / 200), abs=0.001)
    guessed = error_rates("x", [(RANDOM.uniform(size=(200, 200)), None)], RANDOM)
    assert guessed.eer == pytest.approx(0.5, abs=0.06)
    assert guessed.eer_interval[0] < guessed.eer < guessed.eer_interval[1]
    assert guessed.fnmr_at_fmr_01pct > 0.97
    assert guessed.fnir_at_fpir_1pct > 0.97


def test_the_false_non_match_rate_at_a_rate_of_false_matches() -> None:
    """1 % of people are further from themselves than a tenth of a percent of the strangers are from them."""
    distances = np.tile(np.linspace(0.3, 0.5, 1000), (1000, 1)).T
    own = np.full(1000, 0.1)
    own[:10] = 0.6
    np.fill_diagonal(distances, own)
    found = error_rates("x", [(distances, None)], RANDOM)
    assert found.fnmr_at_fmr_01pct == pytest.approx(0.01)


def test_the_measurement_sees_the_codes_that_the_house_stores() -> None:
    embedding = unit(RANDOM.normal(size=(1, 128)))
    key = epoch_key(HeldSecret(b"a root secret of the measurement only"), 3, model="of the measurement")
    stored = np.unpackbits(np.frombuffer(protect(embedding[0].astype(np.float32), key), np.uint8)) * 2.0 - 1
    assert (signs(embedding.astype(np.float32).astype(np.float64), 3)[0] == stored).all()


def test_simulated_people_are_as_like_each_other_as_the_photographed() -> None:
    centres = RANDOM.normal(size=(62, 1, 128))
    photographs = unit((centres + 0.3 * RANDOM.normal(size=(62, 2, 128))).reshape(-1, 128))
    first, second = fitted(photographs).people(500, 2, RANDOM)
    same = (photographs[0::2] * photographs[1::2]).sum(axis=1).mean()
    assert (first * second).sum(axis=1).mean() == pytest.approx(same, abs=0.02)
    assert (first[1:] * second[:-1]).sum(axis=1).mean() == pytest.approx(0, abs=0.03)


def test_a_thief_with_the_key_or_with_enough_known_faces_finds_the_face_and_without_either_does_not() -> None:
    faces = unit(RANDOM.normal(size=(460, 128)))
    codes, victims = signs(faces, 0), slice(400, None)
    truth = faces[victims]
    assert theft.cosine(theft.signed_rows(codes[victims], rotation(0)), truth).mean() > 0.95
    refined = theft.consistent(codes[victims], rotation(0), steps=20)
    assert theft.cosine(refined, truth).mean() > theft.cosine(codes[victims] @ rotation(0), truth).mean()
    assert theft.cosine(theft.signed_rows(codes[victims], rotation(1)), truth).mean() == pytest.approx(0, abs=0.05)
    by_faces = theft.by_rotation(faces[:400], codes[:400], codes[victims])
    assert theft.rank_one(by_faces, truth).mean() > 0.95
    turned = theft.turned(codes, 128)
    assert theft.cosine(theft.by_alignment(faces[:300], turned[:300], turned[victims]), truth).mean() > 0.9


def test_two_tables_of_the_same_captures_are_linked_without_any_key() -> None:
    centres = unit(0.4 * np.ones(128) / np.sqrt(128) + RANDOM.normal(size=(250, 128)) / np.sqrt(128))
    partners = theft.by_tables(signs(centres, 0, bits=2048), signs(centres, 1, bits=2048))
    assert (partners == np.arange(250)).mean() > 0.9
