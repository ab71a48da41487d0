"""What a log knew at an instant, in every engine."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.vernost.store.factories import customer, order, reading
from tests.vernost.store.factories import hour as hour_

from vernost.store.connection import Store, open_log, open_store
from vernost.store.log import Log


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url, create=True)


def hour(number: int) -> datetime:
    """An instant of so many loads after the first, each more than the first day of history after the one before."""
    return hour_(30 * number)


def at(number: float) -> datetime:
    """The same, as the log keeps instants."""
    return (hour(0) + timedelta(hours=30 * number)).replace(tzinfo=None)


def amounts(log: Log, number: float) -> dict[str, float]:
    """Order id -> amount, as known so many loads after the first."""
    rows = log.fetch(log.known_by(at(number)).tables["orders"]).to_pylist()
    return {row["order_id"]: float(row["amount"]) for row in rows}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(-999, {"1": 10, "2": 20}, id="history in bulk was known when it happened"),
        pytest.param(0, {"1": 10, "2": 20}, id="at the very load"),
        pytest.param(1.5, {"1": 15, "2": 20, "3": 30}, id="between loads"),
        pytest.param(99, {"1": 15, "2": 25, "3": 30}, id="after all"),
    ],
)
def test_a_later_load_is_known_from_then_on(store: Store, url: str, number: float, expected: dict[str, float]) -> None:
    store.load(reading(orders=[order("1", 10), order("2", 20)]), loaded_at=hour(0))
    store.load(reading(orders=[order("1", 15), order("3", 30)]), loaded_at=hour(1))
    store.load(reading(orders=[order("2", 25)], customers=[customer("ann")]), loaded_at=hour(2))

    with open_log(url) as log:
        assert amounts(log, number) == expected
        assert log.known_by(at(number)).is_exact
        assert log.fetch(log.known_by(at(-999)).tables["customers"]).num_rows == 1
    with open_log(url, at_load=2) as log:
        assert amounts(log, 99) == {"1": 15, "2": 20, "3": 30}


def test_a_history_may_be_loaded_file_after_file(store: Store, url: str) -> None:
    for number in range(3):
        store.load(reading(orders=[order(str(number), 10)]), loaded_at=hour_(number))
    store.load(reading(orders=[order("late", 10)]), loaded_at=hour_(25))

    with open_log(url) as log:
        assert amounts(log, -999) == {"0": 10, "1": 10, "2": 10}


def test_a_load_taken_back_was_not_the_first(store: Store, url: str) -> None:
    store.load(reading(orders=[order("wrong")]), loaded_at=hour(0))
    store.undo(1, at=hour(1))
    store.load(reading(orders=[order("1", 10)]), loaded_at=hour(2))
    store.load(reading(orders=[order("2", 20)]), loaded_at=hour(3))

    with open_log(url) as log:
        assert amounts(log, -999) == {"1": 10}
        assert amounts(log, 4) == {"1": 10, "2": 20}


def test_states_no_longer_kept_are_stood_in_for_by_the_oldest(store: Store, url: str) -> None:
    for number in range(3):
        store.load(reading(orders=[order(str(number), 10)]), loaded_at=hour(number))
    store.tidy(at=hour(24 * 60), keep_days=1)

    with open_log(url) as log:
        assert amounts(log, -999) == {"0": 10, "1": 10, "2": 10}
        assert not log.known_by(at(-999)).is_exact
        assert log.known_by(at(2)).is_exact


def test_a_log_that_never_changed_is_the_same_log(store: Store, url: str) -> None:
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    store.load(reading(orders=[order("1")]), loaded_at=hour(1))

    with open_log(url) as log:
        assert log.known_by(at(-999)) is log


@pytest.mark.parametrize(
    ("number", "expected"),
    [(-999, {"1": 10, "2": 20}), (0, {"1": 10, "2": 20}), (1, {"1": 10, "2": 20, "3": 30})],
)
def test_tables_at_hand_say_when_their_rows_were_loaded(number: float, expected: dict[str, float]) -> None:
    rows = pd.DataFrame([order("1", 10), order("2", 20), order("3", 30)])
    log = Log.wrap(orders=rows.assign(loaded_at=[at(0), None, at(1)]))

    assert amounts(log, number) == expected


def test_spark_knows_as_the_folder_does(tmp_path: Path, spark_session: object) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=[order("1", 10)]), loaded_at=hour(0))
    store.load(reading(orders=[order("1", 15), order("2", 20)]), loaded_at=hour(1))

    with open_log(f"spark://{tmp_path / 'log'}") as log:
        assert amounts(log, 0) == {"1": 10}
        assert amounts(log, 1) == {"1": 15, "2": 20}
