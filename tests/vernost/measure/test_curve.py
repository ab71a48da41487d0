"""Survival curves and their test against published examples and against lifelines."""

import warnings
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from vernost import statistics
from vernost.measure.curve import Curve, compare

# Remission in weeks of children with leukaemia, + still in remission: Freireich et al. (1963), Blood 21, 699-716, as in
# Klein and Moeschberger (2003), table 1.1.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def curve(durations: Sequence[int], is_over: Sequence[bool]) -> Curve:
    ended = Counter(time for time, over in zip(durations, is_over, strict=True) if over)
    left = Counter(time for time, over in zip(durations, is_over, strict=True) if not over)
    times = sorted(ended | left)
    return Curve(times, [ended[time] for time in times], [left[time] for time in times])


def read(text: str) -> Curve:
    """A curve of times, ``+`` after those not over."""
    words = text.split()
    return curve([int(word.rstrip("+")) for word in words], [not word.endswith("+") for word in words])


def test_the_published_curve_is_found() -> None:
    rows = [row for row in read(TREATED).rows("time") if row["events"]]
    assert [(row["time"], row["at_risk"], row["events"], round(row["value"], 3)) for row in rows] == [
        (6, 21, 3, 0.857),
        (7, 17, 1, 0.807),
        (10, 15, 1, 0.753),
        (13, 12, 1, 0.690),
        (16, 11, 1, 0.627),
        (22, 7, 1, 0.538),
        (23, 6, 1, 0.448),
    ]


def test_the_published_medians_are_found() -> None:
    assert read(TREATED).median[0] == 23
    assert read(PLACEBO).median[0] == 8


def test_the_published_log_rank_statistic_is_found() -> None:
    test = compare([{"treated": read(TREATED), "placebo": read(PLACEBO)}])
    assert test is not None
    assert (round(test["statistic"], 2), test["degrees"]) == (16.79, 1)
    assert test["p_value"] == pytest.approx(4.17e-5, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "median"),
    [
        pytest.param("1 2", 1, id="exactly half is left after 1"),
        pytest.param("1 2 3", 2, id="a third is left after 2"),
        pytest.param("1 2+ 3+", None, id="half is never reached"),
        pytest.param("0 0 5", 0, id="most end at once"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_median_is_the_first_time_that_at_most_half_outlast(text: str, median: int | None) -> None:
    assert read(text).median[0] == median


@pytest.mark.parametrize(
    ("text", "mean"),
    [
        pytest.param("1 2 3", 2.0, id="all seen to the end"),
        pytest.param("4+ 4+", 4.0, id="none ended"),
        pytest.param("2 4+", 3.0, id="half lasts for 2 more"),
        pytest.param("0 4", 2.0, id="half ends at once"),
    ],
)
def test_the_restricted_mean_is_the_area_under_the_curve(text: str, mean: float) -> None:
    found = read(text).restricted_mean
    assert found is not None
    assert found[0] == pytest.approx(mean)
    assert found[1] <= mean <= found[2] <= max(read(text).time)


def test_nothing_has_no_restricted_mean_and_no_window() -> None:
    nothing = read("")
    assert (nothing.restricted_mean, nothing.lapse_window(0.1), nothing.end, nothing.size) == (None, None, None, 0)
    assert nothing.is_unstable(None)


@pytest.mark.parametrize(
    ("text", "share", "days"),
    [
        pytest.param("1 2 3 4", 0.75, 3, id="all return"),
        pytest.param("1 2 9+ 9+", 0.5, 1, id="half of the two who return"),
        pytest.param("1 2 9+ 9+", 0.75, 2, id="three quarters of the two who return"),
        pytest.param("9+", 0.75, None, id="nobody returns"),
    ],
)
def test_the_days_to_return_are_of_those_who_return(text: str, share: float, days: int | None) -> None:
    assert read(text).days_to_return(share) == days


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param({}, id="no group"),
        pytest.param({"a": "1 2 3"}, id="one group"),
        pytest.param({"a": "1+ 2+", "b": "3+"}, id="nothing ended"),
        pytest.param({"a": "1+", "b": "2 3"}, id="one group was gone before the first end"),
    ],
)
def test_groups_that_cannot_be_told_apart_have_no_test(groups: dict[str, str]) -> None:
    assert compare([{name: read(text) for name, text in groups.items()}]) is None


def test_a_stratum_adds_up_with_its_twin() -> None:
    pair = {"treated": read(TREATED), "placebo": read(PLACEBO)}
    once, twice = compare([pair]), compare([pair, pair])
    assert once is not None
    assert twice is not None
    assert twice["statistic"] == pytest.approx(2 * once["statistic"])
    assert twice["degrees"] == 1


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 30, 101])
@pytest.mark.parametrize("statistic", [0.0, 1e-6, 0.5, 3.84, 20.0, 150.0, 900.0])
def test_the_tail_of_chi_square_is_that_of_scipy(statistic: float, degrees: int) -> None:
    from scipy.stats import chi2

    assert statistics.chi_square_tail(statistic, degrees) == pytest.approx(chi2.sf(statistic, degrees), rel=1e-10)


def random_lives(seed: int, size: int) -> tuple[Any, Any, Any]:
    generator = np.random.default_rng(seed)
    durations = generator.geometric(0.05, size) - 1
    return durations, generator.random(size) < 0.7, generator.choice(["a", "b", "c"], size)


@pytest.mark.parametrize(("seed", "size"), [(1, 3), (2, 20), (3, 200), (4, 1000)])
def test_random_lives_give_what_lifelines_gives(seed: int, size: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter
        from lifelines.statistics import multivariate_logrank_test
        from lifelines.utils import restricted_mean_survival_time

        durations, is_over, groups = random_lives(seed, size)
        fitter = KaplanMeierFitter().fit(durations, is_over)
        expected = fitter.survival_function_["KM_estimate"]
        bands = fitter.confidence_interval_
        mean = restricted_mean_survival_time(fitter, t=float(max(durations)))
        test = multivariate_logrank_test(durations, groups, is_over)
    ours = curve(durations.tolist(), is_over.tolist())
    for row in ours.rows("time"):
        assert row["value"] == pytest.approx(expected[row["time"]])
        if row["low"] is not None:
            assert [row["low"], row["high"]] == pytest.approx(bands.loc[row["time"]].tolist())
    assert ours.median[0] == (None if np.isinf(fitter.median_survival_time_) else fitter.median_survival_time_)
    assert ours.restricted_mean is not None
    assert ours.restricted_mean[0] == pytest.approx(mean)
    places = {
        group: [place for place, _ in found]
        for group, found in groupby(sorted(enumerate(groups), key=lambda pair: pair[1]), key=lambda pair: pair[1])
    }
    found = compare([{group: curve(durations[at].tolist(), is_over[at].tolist()) for group, at in places.items()}])
    assert found is not None
    assert found["statistic"] == pytest.approx(test.test_statistic)
    assert found["degrees"] == len(places) - 1
    assert found["p_value"] == pytest.approx(test.p_value)
