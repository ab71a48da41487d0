"""Clear, likely or noise."""

import pytest

from vernost.report.comparison import compare, proportions_p
from vernost.statistics import benjamini_hochberg


def share(hits: int, base: int) -> dict[str, float]:
    return {"value": hits / base, "numerator": hits, "denominator": base}


@pytest.mark.parametrize(
    ("now", "before", "sure"),
    [
        pytest.param((60, 100), (40, 100), "clear", id="z = 2.83, p = 0.005"),
        pytest.param((57, 100), (42, 100), "likely", id="z = 2.12, p = 0.034"),
        pytest.param((52, 100), (48, 100), "noise", id="z = 0.57"),
        pytest.param((0, 50), (0, 50), "noise", id="nobody in either"),
        pytest.param((50, 50), (50, 50), "noise", id="everybody in both"),
    ],
)
def test_two_shares_are_compared_by_their_counts(now: tuple[int, int], before: tuple[int, int], sure: str) -> None:
    change = compare(share(*now), share(*before), "share")
    assert change is not None
    assert change.sure == sure


def test_the_test_of_two_shares_agrees_with_a_textbook() -> None:
    # 45 of 150 against 30 of 150: pooled 0.25, error 0.05, z = 2.
    assert proportions_p(45, 150, 30, 150) == pytest.approx(0.0455, abs=1e-4)


def test_means_are_compared_by_the_errors_that_their_intervals_imply() -> None:
    # Half-widths of 19.6 are errors of 10 each; a difference of 40 is 2.83 of their joint error 14.1.
    now, before = ({"value": v, "low": v - 19.6, "high": v + 19.6} for v in (140.0, 100.0))
    change = compare(now, before, "money")
    assert change is not None
    assert change.p_value == pytest.approx(0.0047, abs=1e-4)
    assert change.relative == pytest.approx(0.4)


def test_an_interval_cut_off_at_its_bound_counts_by_its_other_side() -> None:
    now, before = {"value": 5.0, "low": 0.0, "high": 24.6}, {"value": 45.0, "low": 25.4, "high": 64.6}
    change = compare(now, before, "count")
    assert change is not None
    assert change.p_value == pytest.approx(0.0047, abs=1e-4)


def test_shares_of_money_above_one_are_no_proportions() -> None:
    now = {"value": 1.14, "low": 1.1, "high": 1.18, "numerator": 114.0, "denominator": 100.0}
    change = compare(now, now | {"value": 1.0, "low": 0.96, "high": 1.04}, "share")
    assert change is not None
    assert change.sure == "clear"


@pytest.mark.parametrize("missing", [None, {"value": None}])
def test_nothing_is_compared_with_what_is_not_known(missing: dict[str, None] | None) -> None:
    assert compare(missing, share(1, 2), "share") is None
    assert compare(share(1, 2), missing, "share") is None


def test_many_tests_are_corrected_as_benjamini_and_hochberg_did() -> None:
    # The 15 p-values of their paper, table 1 of section 3.2: the first four stay below 0.05.
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ]  # fmt: skip
    adjusted = benjamini_hochberg(p_values)
    assert [p < 0.05 for p in adjusted] == [True] * 4 + [False] * 11
    assert adjusted[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert benjamini_hochberg(p_values[::-1]) == adjusted[::-1]
    assert benjamini_hochberg([]) == []
