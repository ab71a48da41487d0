"""A level that one value hardly moves, and two do."""

import pytest

from vernost.measure.course import Course

QUIET = [10.0, 12.0] * 20


def followed(*values: float) -> Course:
    course = Course(season=52)
    for value in [*QUIET, *values]:
        course.follow(value, 1.0)
    return course


@pytest.mark.parametrize(
    ("values", "least", "most"),
    [
        pytest.param([], 10.0, 12.0, id="a quiet course"),
        pytest.param([30.0], 10.0, 14.0, id="one far out hardly moves it"),
        pytest.param([30.0, 34.0], 34.0, 34.0, id="after two on one side it is where the second is"),
        pytest.param([30.0, -30.0], 8.0, 14.0, id="two on two sides are not"),
        pytest.param([30.0, 34.0, 11.0, 11.0], 11.0, 11.0, id="and back, as soon"),
    ],
)
def test_where_the_level_is(values: list[float], least: float, most: float) -> None:
    assert least <= followed(*values).level <= most


def test_a_change_that_stayed_widens_nothing() -> None:
    later = followed(*[value + 20 for value in QUIET])
    assert later.spread(1.0) == pytest.approx(followed(*QUIET).spread(1.0), rel=1e-5)
