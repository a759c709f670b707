"""New, review or duplicate."""

import pytest

from identity.engines.bands import Band, Thresholds, decide, for_gallery

THRESHOLDS = Thresholds(duplicate=0.25, review=0.33, second_new=0.145)


@pytest.mark.parametrize(
    ("best", "second", "band"),
    [
        (None, None, Band.NEW),
        (0.5, None, Band.NEW),
        (0.331, 0.0, Band.NEW),
        (0.33, None, Band.REVIEW),
        (0.33, 0.145, Band.REVIEW),
        (0.33, 0.146, Band.NEW),
        (0.251, 0.05, Band.REVIEW),
        (0.25, None, Band.DUPLICATE),
        (0.25, 0.5, Band.DUPLICATE),
        (0.0, None, Band.DUPLICATE),
    ],
)
def test_each_distance_has_its_band(best: float | None, second: float | None, band: Band) -> None:
    """The second opinion can clear a newcomer of a doubt, never of a certainty, and never condemns."""
    assert decide(best, second, THRESHOLDS) is band


def test_more_people_make_the_review_band_narrower() -> None:
    reviews = [for_gallery(size).review for size in (0, 1_000, 1_001, 50_000, 500_000, 10**9)]
    assert reviews == sorted(reviews, reverse=True)
    assert reviews[0] > reviews[2] > reviews[-1] > for_gallery(0).duplicate


@pytest.mark.parametrize(("duplicate", "review", "second"), [(0.3, 0.2, 0.1), (-0.1, 0.3, 0.1), (0.2, 0.6, 0.1)])
def test_thresholds_out_of_order_are_refused(duplicate: float, review: float, second: float) -> None:
    with pytest.raises(ValueError, match="duplicate <= review"):
        Thresholds(duplicate, review, second)
