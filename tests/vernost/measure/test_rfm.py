"""RFM scores of a handful of customers, counted by hand."""

import pytest

from vernost.errors import InvalidValue
from vernost.measure import customer_features, rfm
from vernost.measure.measure import Measure
from vernost.store.log import Log


def spent(*amounts: int) -> Log:
    """A log in which customer i bought once, all on one day, for the i-th amount."""
    import pyarrow as pa

    names = [f"c{number}" for number in range(len(amounts))]
    return Log.wrap(
        orders=pa.table({"customer_id": names, "ordered_at": ["2024-05-01"] * len(amounts), "amount": list(amounts)})
    )


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        pytest.param((10, 20, 30, 40, 50), [1, 2, 3, 4, 5], id="a fifth each"),
        pytest.param((10, 10, 10, 10, 50), [1, 1, 1, 1, 5], id="ties stay together and skip scores"),
        pytest.param((7, 7, 7), [1, 1, 1], id="nobody is better"),
        pytest.param((10, 20), [1, 3], id="half are worse: 1 + floor(5 x 1/2)"),
        pytest.param((50,), [1], id="one customer"),
    ],
)
def test_a_score_counts_the_fifths_that_are_worse(amounts: tuple[int, ...], expected: list[int]) -> None:
    with spent(*amounts) as log:
        found = {row["customer_id"]: row for row in rfm(log)}
    assert [found[f"c{number}"]["m"] for number in range(len(amounts))] == expected
    assert {(row["recency_days"], row["r"], row["frequency"], row["f"]) for row in found.values()} == {(0, 1, 1, 1)}


@pytest.mark.parametrize("measure", [rfm, customer_features])
def test_how_customers_stand_is_not_asked_by_period(measure: Measure) -> None:
    with spent(10, 20) as log, pytest.raises(InvalidValue, match="--as-of"):
        measure(log, by="month")
