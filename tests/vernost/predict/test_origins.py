"""Days to look back from."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vernost.measure.facts import orders

from vernost.errors import InvalidValue
from vernost.predict.origins import origins, spread
from vernost.store.log import Log

FIRST = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("span", "days", "expected"),
    [
        pytest.param(90, 30, [30, 60], id="just enough: one to learn from"),
        pytest.param(100, 30, [30, 35, 40, 70], id="short: closer together"),
        pytest.param(150, 30, [30, 60, 90, 120], id="three and the test"),
        pytest.param(1000, 30, [760, 790, 820, 850, 880, 910, 940, 970], id="long: the newest eight"),
    ],
)
def test_origins_lie_within_the_history(span: int, days: int, expected: list[int]) -> None:
    found = spread(FIRST, FIRST + timedelta(days=span), days)

    assert [(day - FIRST).days for day in found] == expected


@given(st.integers(1, 2000), st.integers(1, 400), st.integers(2, 12))
def test_what_follows_the_test_is_apart(span: int, days: int, most: int) -> None:
    last = FIRST + timedelta(days=span)
    if span < 3 * days:
        with pytest.raises(InvalidValue, match="Load a longer history"):
            spread(FIRST, last, days, most=most)
        return
    *learnt, test = spread(FIRST, last, days, most=most)

    assert 1 <= len(learnt) < most
    assert test == last - timedelta(days=days)
    assert learnt[-1] + timedelta(days=days) == test
    assert all(one < other for one, other in pairwise(learnt))
    assert learnt[0] - FIRST >= timedelta(days=days)


def test_a_log_has_origins_by_its_own_facts() -> None:
    log = Log.wrap(orders=orders("ann 2024-01-01 1", "ann 2024-12-31 1"), timezone="Europe/Moscow")

    assert origins(log, 90) == (date(2024, 4, 1), date(2024, 5, 18), date(2024, 7, 4), date(2024, 10, 2))
    assert origins(log, 90, as_of="2024-10-02", most=2) == (date(2024, 4, 5), date(2024, 7, 4))


@pytest.mark.parametrize("asked", [{"days": 0}, {"days": 30, "most": 1}])
def test_too_little_is_refused(asked: dict[str, int]) -> None:
    with pytest.raises(InvalidValue, match="must be at least"):
        origins(Log.wrap(orders=orders("ann 2024-01-01 1", "ann 2024-12-31 1")), **asked)
