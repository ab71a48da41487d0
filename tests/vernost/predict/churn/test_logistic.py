"""Newton's method finds what scikit-learn finds, and survives what it cannot find."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from vernost.predict.churn.logistic import fit_logistic


@pytest.mark.parametrize("ridge", [0.1, 10.0, 1000.0])
def test_coefficients_agree_with_scikit_learn(ridge: float) -> None:
    chance = np.random.default_rng(2)
    columns = chance.normal(size=(300, 4)) * [1, 10, 0.1, 1]
    y = (chance.random(300) < 1 / (1 + np.exp(1 - columns[:, 0]))).astype(float)
    weight = chance.uniform(0.5, 2, 300)
    expected = LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=10_000).fit(columns, y, weight)

    found = fit_logistic(columns, y, weight, ridge=ridge)

    np.testing.assert_allclose(found, [*expected.intercept_, *expected.coef_[0]], rtol=1e-3, atol=1e-5)


def test_an_offset_is_known_beforehand() -> None:
    offset = np.array([1.0, -1.0, 1.0, -1.0])

    (shift,) = fit_logistic(np.zeros((4, 0)), 1 / (1 + np.exp(-offset - 0.7)), np.ones(4), ridge=0.0, offset=offset)

    assert shift == pytest.approx(0.7)


def test_separated_customers_and_repeated_columns_give_finite_coefficients() -> None:
    column = np.array([-2.0, -1.0, 1.0, 2.0])
    found = fit_logistic(np.column_stack([column, column]), (column > 0).astype(float), np.ones(4), ridge=0.0)

    assert np.isfinite(found).all()
    assert found[1] == pytest.approx(found[2])
