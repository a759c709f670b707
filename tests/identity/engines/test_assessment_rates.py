"""The formulas of the report on cases small enough to work out by hand, and on drawn ones for what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from identity.engines.assessment.differentials import differentials, grouped
from identity.engines.assessment.figures import redrawn
from identity.engines.assessment.intervals import draws, of_count, rate_over_subjects
from identity.engines.assessment.rates import (
    Comparisons,
    equal_error_rate,
    fmr_at,
    fnmr_at,
    separation,
    sorted_comparisons,
    threshold_at_fmr,
    tradeoff,
)
from identity.engines.assessment.searches import Searches, fnir_at, fpir_at, searched, threshold_at_fpir
from identity.engines.assessment.tails import fitted, fmr_for

DISTANCES = st.lists(st.integers(0, 1024).map(lambda bits: bits / 1024), min_size=1, max_size=40)


def comparisons(mated: list[float], non_mated: list[float]) -> Comparisons:
    """Mated ones of as many people, the others between the first two."""
    people = max(2, len(mated))
    return sorted_comparisons(
        np.array(mated + non_mated),
        np.array([*range(len(mated)), *[0] * len(non_mated)]),
        np.array([*range(len(mated)), *[1] * len(non_mated)]),
        people,
    )


def test_the_equal_error_rate_is_where_both_errors_meet() -> None:
    """At 0.4 one of four pairs of strangers matches, and one of four people does not."""
    seen = comparisons([0.1, 0.2, 0.3, 0.6], [0.4, 0.5, 0.7, 0.8])
    assert equal_error_rate(tradeoff(seen)) == (0.25, 0.4)
    assert fmr_at(seen, 0.5) == 0.5
    assert fnmr_at(seen, 0.25) == 0.5


def test_kinds_of_comparison_that_do_not_overlap_have_no_error() -> None:
    assert equal_error_rate(tradeoff(comparisons([0.1, 0.2], [0.4, 0.5])))[0] == 0


def test_the_threshold_at_a_false_match_rate_lets_no_more_match() -> None:
    seen = comparisons([0.1], [step / 100 for step in range(20, 30)])
    assert fmr_at(seen, threshold_at_fmr(seen, 0.2)) == 0.2
    assert fmr_at(seen, threshold_at_fmr(seen, 0.0)) == 0.0


def test_separation_is_the_distance_of_the_means_in_standard_deviations() -> None:
    assert separation(comparisons([0.1, 0.3], [0.5, 0.7])) == pytest.approx(4.0)


def test_rates_without_a_second_image_of_anybody_are_refused() -> None:
    with pytest.raises(ValueError, match="two images of one person"):
        tradeoff(comparisons([], [0.4]))


@given(DISTANCES, DISTANCES)
def test_a_higher_threshold_never_lowers_fmr_nor_raises_fnmr(mated: list[float], non_mated: list[float]) -> None:
    curve = tradeoff(comparisons(mated, non_mated))
    assert (np.diff(curve.fmr) >= 0).all()
    assert (np.diff(curve.fnmr) <= 0).all()
    assert curve.fnmr[-1] == 0
    assert 0 <= equal_error_rate(curve)[0] <= 1


@given(DISTANCES, DISTANCES)
def test_only_the_order_of_distances_decides_the_equal_error_rate(mated: list[float], non_mated: list[float]) -> None:
    stretched = comparisons([value**3 + 1 for value in mated], [value**3 + 1 for value in non_mated])
    assert equal_error_rate(tradeoff(stretched))[0] == equal_error_rate(tradeoff(comparisons(mated, non_mated)))[0]


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(lambda times: sum(value > 0 for value in times) >= 2))
def test_weights_count_as_if_people_were_there_so_many_times(times: list[int]) -> None:
    random = np.random.default_rng(7)
    first, second = np.triu_indices(4)
    seen = sorted_comparisons(random.random(first.size), first, second, 4)
    weights = np.array(times, dtype=np.float64)
    repeated = redrawn(seen, weights)
    for threshold in (0.2, 0.5, 0.9):
        assert fmr_at(seen, threshold, weights) == pytest.approx((repeated <= threshold).mean())
    own = np.repeat(seen.mated, weights[seen.whose].astype(int))
    assert fnmr_at(seen, 0.5, weights) == pytest.approx((own > 0.5).mean())
    curve, everybody = tradeoff(seen, weights), tradeoff(seen, np.ones(4))
    assert curve.fmr[-1] == pytest.approx((repeated <= seen.mated[-1]).mean())
    assert everybody.fmr.tolist() == pytest.approx(tradeoff(seen).fmr.tolist())


# Three people with two images each: images 0 and 1 are of the first person, and so on.
SUBJECT = np.array([0, 0, 1, 1, 2, 2])
MATRIX = np.array(
    [
        [0.0, 0.1, 0.9, 0.8, 0.7, 0.9],
        [0.1, 0.0, 0.6, 0.9, 0.9, 0.8],
        [0.9, 0.6, 0.0, 0.2, 0.9, 0.5],
        [0.8, 0.9, 0.2, 0.0, 0.4, 0.9],
        [0.7, 0.9, 0.9, 0.4, 0.0, 0.45],
        [0.9, 0.8, 0.5, 0.9, 0.45, 0.0],
    ]
)


def test_searches_by_hand() -> None:
    """First images enrolled, second ones search, then the other way round; strangers are everybody else's enrolled one."""
    found = searched(MATRIX, SUBJECT, rounds=2)
    assert found.gallery == 3
    assert found.mate.tolist() == [0.1, 0.2, 0.45, 0.1, 0.2, 0.45]
    assert found.nearest.tolist() == [0.6, 0.4, 0.5, 0.8, 0.5, 0.4]
    # At most a third of the non-mated searches may return somebody: two of six do below 0.5, four at it.
    at = threshold_at_fpir(found, 1 / 3)
    assert 0.4 < at < 0.5
    assert fpir_at(found, at) == pytest.approx(1 / 3)
    assert fnir_at(found, at) == 0
    # None may: the threshold lies below 0.4, and the third person is missed both times.
    assert fnir_at(found, threshold_at_fpir(found, 0.0)) == pytest.approx(1 / 3)


def test_an_only_image_searches_for_strangers_alone() -> None:
    found = searched(MATRIX[:5, :5], SUBJECT[:5], rounds=2)
    alone = found.subject == 2
    assert np.isnan(found.mate[alone]).all()
    assert np.isfinite(found.mate[~alone]).all()
    assert found.gallery == 3


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    # Clopper and Pearson's tables; the last two are one-sided, 1 - 0.05 ** (1 / n).
    [(3, 10, 0.0667, 0.6525), (1, 20, 0.0013, 0.2487), (0, 62, 0.0, 0.0472), (10, 10, 0.7411, 1.0)],
)
def test_exact_intervals_of_counts(errors: int, trials: int, low: float, high: float) -> None:
    found = of_count(errors, trials)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


def test_the_rule_of_three() -> None:
    assert of_count(0, 300).high == pytest.approx(3 / 300, rel=0.01)
    with pytest.raises(ValueError, match="no rate"):
        of_count(0, 0)


@given(st.integers(1, 500).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_an_interval_holds_its_value(counted: tuple[int, int]) -> None:
    found = of_count(*counted)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_set_without_an_error_still_has_an_upper_end() -> None:
    """Every draw of it is as clean as the set: the bootstrap alone would call it certain."""
    found = rate_over_subjects(lambda weights: 0.0, draws(62, count=50, seed=1), counted=62)
    assert found.high == of_count(0, 62).high > 0.04


def test_the_bootstrap_draws_people_and_not_comparisons() -> None:
    """Ten people with a hundred comparisons each, half of them all wrong: that is ten trials, and not a thousand."""
    whose = np.repeat(np.arange(10), 100)
    wrong = (whose < 5).astype(np.float64)
    found = rate_over_subjects(
        lambda weights: float(np.average(wrong, weights=weights[whose])), draws(10, count=2_000, seed=1), counted=10
    )
    exact = of_count(5, 10)
    assert found.low == pytest.approx(exact.low, abs=0.06)
    assert found.high == pytest.approx(exact.high, abs=0.06)


def test_the_tail_reads_a_rate_ten_times_rarer_than_it_can_count() -> None:
    """Of normal distances, whose true rate is known: 20,000 of them count to 5e-5, the fit is asked for 5e-6."""
    distances = np.sort(np.random.default_rng(3).normal(0.47, 0.025, 20_000))
    tail = fitted(distances)
    assert tail.threshold(5e-6) == pytest.approx(norm.ppf(5e-6, 0.47, 0.025), abs=0.01)
    assert tail.fmr(tail.threshold(1e-4)) == pytest.approx(1e-4)
    with pytest.raises(ValueError, match=r"up to 0\.02"):
        tail.threshold(0.1)
    with pytest.raises(ValueError, match="too few"):
        fitted(distances[:100])


@given(st.integers(1, 10**7), st.floats(1e-4, 0.5))
def test_the_false_match_rate_of_a_search_adds_up_to_its_target(gallery: int, fpir: float) -> None:
    assert 1 - (1 - fmr_for(gallery=gallery, fpir=fpir)) ** gallery == pytest.approx(fpir, rel=1e-3)


def test_a_group_that_is_stopped_twice_as_often_has_a_ratio_of_two() -> None:
    """Ten people of each kind; of the first, four come close to a stranger, of the second two."""
    subject = np.arange(20)
    nearest = np.where(np.isin(subject, [0, 1, 2, 3, 10, 11]), 0.2, 0.5)
    searches = Searches(subject, np.full(20, 0.1), nearest, 20)
    seen = comparisons([0.1] * 20, [0.4, 0.5])
    kinds = ["left"] * 10 + ["right"] * 10
    found = {
        each.group: each
        for each in differentials(seen, searches, {"side": kinds}, 0.3, draws(20, count=300, seed=1))
        if each.rate == "fpir"
    }
    assert found["left"].estimate.value == pytest.approx(0.4)
    ratio = found["left"].ratio
    assert ratio is not None
    assert ratio.value == pytest.approx(2.0)
    assert ratio.low < 1 < ratio.high


def test_a_group_whose_images_are_poorer_has_the_higher_equal_error_rate() -> None:
    """Of ten people five are told apart without an error; among the others three of five comparisons of either kind go wrong."""
    first, second = np.triu_indices(10)
    same, poor = first == second, (first >= 5) & (second >= 5)
    distances = np.where(same, 0.1, 0.5)
    distances[same & poor] = [0.1, 0.1, 0.5, 0.5, 0.5]
    distances[~same & poor] = [0.1] * 6 + [0.5] * 4
    kinds = ["plain"] * 5 + ["poor"] * 5
    seen = sorted_comparisons(distances, first, second, 10)
    searches = Searches(np.arange(10), np.full(10, 0.1), np.full(10, 0.5), 10)
    rows = differentials(seen, searches, {"kind": kinds}, 0.3, draws(10, count=50, seed=1))
    found = {each.group: each.estimate for each in rows if each.rate == "eer"}
    assert found["plain"].value == 0
    assert found["plain"].high == of_count(0, 5).high
    assert found["poor"].value == pytest.approx(0.6)


def test_groups_under_five_people_are_not_shown_and_numbers_are_cut_in_thirds() -> None:
    assert set(grouped(["a"] * 6 + ["b"] * 4 + [None])) == {"a"}
    ages = grouped([str(age) for age in range(20, 50)] + [None])
    assert [int(members.sum()) for members in ages.values()] == [10, 10, 10]
    assert grouped([f"name {number}" for number in range(30)]) == {}
