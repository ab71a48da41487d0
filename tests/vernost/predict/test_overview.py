"""What scores say together, counted by hand as they pass."""

import pyarrow as pa
import pytest

from vernost.predict.overview import Overview, first_at_risk

COLUMNS = ("customer_id", "band", "risk", "orders", "revenue", "revenue_at_risk")
ANN = ("ann", "high", 0.8, 1.0, 50.0, 40.0)
BOB = ("bob", "low", 0.1, 4.0, 200.0, 20.0)
DAN = ("dan", "medium", 0.4, 2.0, 100.0, 40.0)
EVE = ("eve", "left", 0.9, 0.5, 30.0, 27.0)
GUS = ("gus", "medium", 0.4, None, None, None)


def batch(*rows: tuple[object, ...]) -> pa.Table:
    types = (pa.string(), pa.string(), *[pa.float64()] * 4)
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    return pa.table(
        {name: pa.array(list(each), type_) for name, each, type_ in zip(COLUMNS, columns, types, strict=True)}
    )


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param([[], [ANN, BOB, DAN, EVE, GUS]], id="at once"),
        pytest.param([[], [GUS, EVE], [DAN], [BOB, ANN]], id="in pieces"),
    ],
)
def test_scores_that_pass_are_counted_and_the_first_are_kept(batches: list[list[tuple[object, ...]]]) -> None:
    overview = Overview(2)
    tables = [batch(*rows) for rows in batches]

    assert list(overview.watch(tables)) == tables
    assert dict(overview.counts) == {"low": 1, "medium": 2, "high": 1, "left": 1}
    # Who is gone brings nothing any more.
    assert overview.sums == {"orders": 7.0, "revenue": 350.0, "revenue_at_risk": 100.0}
    assert overview.first is not None
    # As much money at risk: the one who is likelier to leave comes first.
    assert overview.first["customer_id"].to_pylist() == ["ann", "dan"]


def test_where_nobody_is_scored_the_columns_are_known() -> None:
    overview = Overview(5)

    list(overview.watch([batch()]))

    assert overview.first is not None
    assert (overview.first.num_rows, overview.first.column_names) == (0, list(COLUMNS))
    assert overview.sums == {"orders": 0.0, "revenue": 0.0, "revenue_at_risk": 0.0}


def test_who_is_gone_or_safe_is_not_listed_and_who_brings_nothing_known_comes_last() -> None:
    found = first_at_risk(batch(GUS, EVE, BOB, DAN, ANN), 9)

    assert found["customer_id"].to_pylist() == ["ann", "dan", "gus"]
