"""Bands of risk, and scores of rows that a person can check."""

from datetime import date
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pytest

from vernost.predict.outlook import Outlook
from vernost.predict.reasons import from_json
from vernost.predict.scorer import Bands, Scorer
from vernost.schema import TABLES

DAY = date(2024, 6, 30)


class Told:
    """Tells the risk that the frame holds, and blames the silence for it."""

    name = "told"

    def learn(self, past: Any, now: Any) -> Self:
        return self

    def risk(self, frame: Any) -> Any:
        return frame["chance"].to_numpy()

    def contributions(self, frame: Any) -> Any:
        risk = self.risk(frame)
        return ("silence", "orders"), np.column_stack([risk, -risk, np.zeros_like(risk)])


class Coming:
    """Foresees as much money as the frame says, and alarms after a customer's usual gap."""

    def of(self, frame: Any) -> Outlook:
        known = {name: frame[name].to_numpy(zero_copy_only=False) for name in ("money", "next_days", "alarm_days")}
        return Outlook.unknown(frame.num_rows, **known)


def scored(outlook: Any = None, window: int | None = 90, **columns: list[Any]) -> list[dict[str, Any]]:
    rows = len(next(iter(columns.values())))
    frame = pa.table({"customer_id": [f"c{number}" for number in range(rows)], **columns})
    scorer = Scorer(Told(), outlook, Bands.around(0.2, window), DAY, 30, "told", "v1")
    return scorer.score(frame).to_pylist()


@pytest.mark.parametrize(
    ("rate", "medium", "high"),
    [
        # Odds of 1:4 make 3:4, which is 3 of 7.
        pytest.param(0.2, 0.2, 3 / 7, id="a fifth leave"),
        pytest.param(0.5, 0.5, 0.75, id="half leave"),
        pytest.param(0.02, 0.02, 3 / 52, id="one of fifty leaves"),
    ],
)
def test_a_risk_is_high_when_its_odds_are_three_times_those_of_all(rate: float, medium: float, high: float) -> None:
    bands = Bands.around(rate, None)

    assert (bands.medium, bands.high) == pytest.approx((medium, high))


@pytest.mark.parametrize(
    ("risk", "silence", "band"),
    [
        pytest.param(0.2, 10, "low", id="as much as all"),
        pytest.param(0.2039, 10, "low", id="hardly more than all"),
        pytest.param(0.2041, 10, "medium", id="more than all"),
        pytest.param(0.4285, 10, "medium", id="below three times the odds"),
        pytest.param(0.4286, 10, "high", id="three times the odds"),
        pytest.param(0.1, 90, "low", id="as silent as may be"),
        pytest.param(0.1, 91, "left", id="silent for longer than a tenth come back from"),
    ],
)
def test_the_band_follows_the_risk_and_the_silence(risk: float, silence: float, band: str) -> None:
    found = Bands.around(0.2, 90).of(np.array([risk]), np.array([silence]))

    assert found.tolist() == [band]


def test_contracts_have_no_band_of_who_has_left() -> None:
    assert Bands.around(0.2, None).of(np.array([0.1]), np.array([1000.0])).tolist() == ["low"]


def test_scores_have_the_shape_of_the_log_and_say_what_made_them() -> None:
    (row,) = scored(chance=[0.5], silence=[10.0], orders=[3])

    assert tuple(row) == TABLES["scores"].names
    assert (row["customer_id"], row["scored_on"], row["model"], row["version"], row["days"]) == (
        "c0", DAY, "told", "v1", 30
    )  # fmt: skip
    assert (row["risk"], row["band"]) == (0.5, "high")


def test_reasons_are_given_to_whoever_is_at_more_risk_than_usual() -> None:
    rows = scored(chance=[0.1, 0.3, 0.5, 0.9], silence=[10.0, 20.0, 30.0, 91.0], orders=[3, 3, 3, 3])

    assert [row["band"] for row in rows] == ["low", "medium", "high", "left"]
    assert [row["reasons"] is not None for row in rows] == [False, True, True, False]
    assert [each.sentence("en") for each in from_json(rows[1]["reasons"])] == ["has not ordered for 20 days"]
    assert from_json(rows[2]["reasons"])[0].share == 0.5


def test_revenue_at_risk_is_the_risk_of_the_money_to_come() -> None:
    rows = scored(
        Coming(),
        chance=[0.5, 0.5, 0.5],
        silence=[10.0] * 3,
        orders=[3] * 3,
        money=[100.0, -8.0, float("nan")],
        next_days=[7.0] * 3,
        alarm_days=[20.0] * 3,
        revenue_so_far=[40.0, 50.0, None],
    )

    assert [row["revenue_at_risk"] for row in rows] == [50.0, 0.0, None]
    assert [row["revenue"] for row in rows] == [100.0, -8.0, None]
    assert [row["revenue_so_far"] for row in rows] == [40.0, 50.0, None]
    assert [row["orders"] for row in rows] == [None] * 3


@pytest.mark.parametrize(
    ("silence", "alarm", "window", "expected"),
    [
        pytest.param(10.0, 25.0, 90, date(2024, 7, 15), id="fifteen days from now"),
        pytest.param(40.0, 25.0, 90, date(2024, 6, 15), id="already"),
        pytest.param(10.0, 24.2, 90, date(2024, 7, 15), id="whole days"),
        pytest.param(10.0, 200.0, 90, date(2024, 9, 18), id="no later than customers are gone"),
        pytest.param(10.0, float("nan"), 90, None, id="no rhythm is known"),
    ],
)
def test_silence_is_alarming_some_days_after_the_last_order(
    silence: float, alarm: float, window: int, expected: date | None
) -> None:
    (row,) = scored(
        Coming(), window, chance=[0.5], silence=[silence], orders=[3], money=[1.0], next_days=[7.0], alarm_days=[alarm]
    )

    assert row["alarming_on"] == expected


@pytest.mark.parametrize(("wait", "expected"), [(7.0, 7.0), (3650.0, None), (float("inf"), None)])
def test_a_wait_of_ten_years_is_not_told(wait: float, expected: float | None) -> None:
    (row,) = scored(Coming(), chance=[0.5], silence=[1.0], orders=[3], money=[1.0], next_days=[wait], alarm_days=[9.0])

    assert row["next_order_days"] == expected


def test_without_silence_and_outlook_there_is_the_risk_alone() -> None:
    (row,) = scored(chance=[0.3], orders=[3])

    known = {name for name, value in row.items() if value is not None}
    assert known == {"customer_id", "scored_on", "model", "version", "days", "risk", "band", "reasons"}


def test_nobody_is_scored_as_nobody() -> None:
    scorer = Scorer(Told(), Coming(), Bands.around(0.2, 90), DAY, 30, "told", "v1")

    found = scorer.score(pa.table({"customer_id": pa.array([], pa.string()), "silence": pa.array([], pa.float64())}))

    assert tuple(found.column_names) == TABLES["scores"].names
    assert found.num_rows == 0
