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


@pytest.mark.parametrize(
    ("chance", "is_expected"),
    [
        pytest.param(4.0, False, id="when few came and chance did it"),
        pytest.param(0.5, True, id="when many came"),
    ],
)
def test_what_a_young_company_saw_by_chance_is_not_expected_again(chance: float, *, is_expected: bool) -> None:
    course = Course(season=52)
    for place in range(4 + 52 + 20):
        is_then = 20 <= place < 23
        course.follow(11.0 + 8.0 * is_then + place % 2, chance if place < 24 else 0.5)
        if place == 4 + 52 + 17 - 1:
            least, most = course.middles
    assert (most - least > 4.0) == is_expected
