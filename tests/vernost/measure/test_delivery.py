"""Deliveries against their promise, counted by hand."""

import pandas as pd
import pytest

from vernost.errors import MissingFacts
from vernost.measure import delivery_delay, late_delivery_rate
from vernost.store.log import Log


def orders(*rows: str, timezone: str = "UTC") -> Log:
    """Lines of: ordered, promised, delivered, customer, status."""
    cells = [[None if cell == "-" else cell for cell in [*row.split(), "-", "-"][:5]] for row in rows]
    frame = pd.DataFrame(cells, columns=["ordered_at", "promised_at", "delivered_at", "customer_id", "status"])
    frame["order_id"] = [str(number) for number, _ in enumerate(rows)]
    frame["kind"] = "sale"
    for name in ("ordered_at", "promised_at", "delivered_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    return Log.wrap(orders=frame.dropna(axis=1, how="all"), timezone=timezone)


LATER = "2024-03-31 - - z"
"""An order without a promise that moves as_of to the end of March."""


@pytest.mark.parametrize(
    ("line", "late", "delivered", "overdue"),
    [
        pytest.param("2024-03-01 2024-03-03 2024-03-03T23:59 a", 0, 1, 0, id="a promised day lasts until its end"),
        pytest.param("2024-03-01 2024-03-03 2024-03-04T00:00 a", 1, 1, 0, id="the next day is late"),
        pytest.param("2024-03-01 2024-03-03T12:00 2024-03-03T12:00 a", 0, 1, 0, id="at the very minute is in time"),
        pytest.param("2024-03-01 2024-03-03T12:00 2024-03-03T12:01 a", 1, 1, 0, id="a minute later is late"),
        pytest.param("2024-03-01 2024-03-31 - a", 0, 0, 1, id="not delivered, its day is over"),
        pytest.param("2024-03-01 2024-04-01 - a", 0, 0, 0, id="not delivered, its day is to come"),
        pytest.param("2024-03-01 2024-03-31T23:00 - a", 0, 0, 1, id="not delivered, its time is over"),
        pytest.param("2024-03-01 - 2024-03-05 a", 0, 0, 0, id="no promise"),
        pytest.param("2024-03-01 2024-03-03 2024-04-02 a", 0, 0, 1, id="delivered after as_of is not delivered yet"),
        pytest.param("2024-03-01 2024-03-03 2024-03-09 a cancelled", 0, 0, 0, id="cancelled orders are no sales"),
    ],
)
def test_late_is_delivered_after_the_promise(line: str, late: int, delivered: int, overdue: int) -> None:
    # The second line only makes the columns known.
    log = orders(line, "2024-02-01 2024-02-02 2024-02-02 z", LATER)
    row = late_delivery_rate(log, by="month").rows[-1]
    assert (row["numerator"], row["denominator"], row["overdue"]) == (late, delivered, overdue)


def test_the_promised_day_is_that_of_the_company() -> None:
    # Promised for 3 March in Moscow (21:00 UTC the day before); 20:59 UTC is its last minute there.
    day = "2024-03-01 2024-03-02T21:00"
    log = orders(f"{day} 2024-03-03T20:59 a", f"{day} 2024-03-03T21:00 b", LATER, timezone="Europe/Moscow")
    (row,) = late_delivery_rate(log).rows
    assert (row["numerator"], row["denominator"]) == (1, 2)


def test_a_month_without_orders_stays_and_walk_ins_count() -> None:
    log = orders("2024-01-01 2024-01-03 2024-01-04 a", "2024-03-01 2024-03-03 2024-03-03 -", LATER)
    answer = late_delivery_rate(log, by="month")
    assert [(row["value"], row["denominator"], row["overdue"]) for row in answer.rows] == [
        (1, 1, 0),
        (None, 0, 0),
        (0, 1, 0),
    ]
    who = answer.who().to_pandas()
    assert (len(who), who.numerator.sum(), who.customer_id.isna().sum()) == (2, 1, 1)


def test_delay_is_in_days_of_the_calendar() -> None:
    # Two days early, in time, in time, one day late, four days late.
    lines = ["01", "03T23:00", "03", "04T01:00", "07"]
    log = orders(*(f"2024-03-01 2024-03-03 2024-03-{day} a" for day in lines), LATER)
    rows = {row["quantile"]: row["value"] for row in delivery_delay(log).rows}
    assert rows == pytest.approx({0.1: -1.2, 0.25: 0, 0.5: 0, 0.75: 1, 0.9: 2.8, 0.95: 3.4})
    assert len(delivery_delay(log).who().to_pandas()) == 5


def test_delay_shows_every_quantile_of_every_period() -> None:
    log = orders("2024-01-01 2024-01-03 2024-01-04 a", "2024-03-01 2024-03-03 2024-03-03 b", LATER)
    rows = delivery_delay(log, by="month").rows
    assert len(rows) == 3 * 6
    assert [row["value"] for row in rows if row["quantile"] == 0.5] == [1, None, 0]


def test_without_promises_it_is_said_what_is_lacking() -> None:
    with pytest.raises(MissingFacts, match=r"orders\.promised_at"):
        late_delivery_rate(orders(LATER))
