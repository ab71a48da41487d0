"""A curve is what coefficients of its design make, at every value."""

import numpy as np
import pytest

from vernost.predict.churn.curves import KNOTS, Basis

CHANCE = np.random.default_rng(4)
COLUMNS = {
    "a number": CHANCE.exponential(10, 500),
    "a count": CHANCE.integers(0, 4, 500).astype(float),
    "a number that may be missing": np.where(CHANCE.random(500) < 0.2, np.nan, CHANCE.normal(size=500)),
    "a category": np.where(CHANCE.random(500) < 0.2, np.nan, CHANCE.integers(0, 20, 500)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_curve_adds_what_the_design_adds(name: str) -> None:
    column = COLUMNS[name]
    basis = Basis.learn(column, np.ones(500), is_category=name == "a category")
    coefficients = CHANCE.normal(size=len(basis))

    np.testing.assert_allclose(basis.curve(coefficients)(column), basis.design(column) @ coefficients, atol=1e-12)


def test_knots_are_quantiles_of_numbers_and_values_of_counts_and_categories() -> None:
    number, count, _, category = (
        Basis.learn(column, np.ones(500), is_category=name == "a category") for name, column in COLUMNS.items()
    )

    assert len(number.knots) == KNOTS
    assert count.knots.tolist() == [0, 1, 2, 3]
    assert len(category.knots) == 20


@pytest.mark.parametrize(
    ("column", "columns"),
    [
        pytest.param([3.0, 3.0], 0, id="constant"),
        pytest.param([np.nan, np.nan], 1, id="all missing"),
        pytest.param([3.0, np.nan], 1, id="constant or missing"),
    ],
)
def test_a_column_without_variety_has_nothing_but_whether_it_is_missing(column: list[float], columns: int) -> None:
    basis = Basis.learn(np.array(column), np.ones(2), is_category=False)

    assert basis.design(np.array(column)).shape == (2, columns)


def test_a_value_first_missing_after_fit_adds_nothing() -> None:
    basis = Basis.learn(COLUMNS["a number"], np.ones(500), is_category=False)

    assert basis.curve(CHANCE.normal(size=len(basis)))(np.array([np.nan])).tolist() == [0.0]
