"""Features as of a day are those of the same log from which all that came after the day is deleted."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.oracle.dice import HypothesisDice
from tests.oracle.engines import duckdb_log
from tests.oracle.logs import RandomLog, random_log
from tests.vernost.measure.facts import frame
from tests.vernost.predict.features.cut import cut, differences, rows_of
from tests.vernost.sources.synthetic.companies import company

from vernost.errors import MissingFacts
from vernost.predict.features import features
from vernost.predict.features.known import Known
from vernost.schema import TABLES as TABLES_OF_LOG
from vernost.sources import read
from vernost.store import open_log, open_store
from vernost.store.log import Log

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# An example costs about a second: Ibis writes a long query for two logs.
EXAMPLES = int(os.environ.get("VERNOST_EXAMPLES", "15"))
TABLES = ("orders", "subscriptions", "events", "tickets", "answers", "reviews", "contacts", "points", "customers")
BASES = ("orders", "subscriptions", "events")
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@pytest.fixture(scope="module")
def duckdb() -> "Iterator[Backend]":
    import ibis

    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


def with_loads(log: RandomLog, dice: Any) -> RandomLog:
    """The log with a first load and a later one, often in the midst of its facts."""
    first = datetime.combine(log.start, datetime.min.time()) + timedelta(days=dice.integer(0, log.span))
    later = first + timedelta(days=dice.integer(1, log.span))
    for rows in log.tables.values():
        for row in rows:
            row["loaded_at"] = later if dice.chance(25) else first
    return log


def leaks(log: Log, as_of: date, base: str) -> list[str]:
    """How features of a log differ from those of the log cut at the day."""
    try:
        found = features(log, as_of, base=base)
    except MissingFacts:
        return []
    return differences(rows_of(log, found), rows_of(log, features(cut(log, as_of), as_of, base=base)))


@settings(max_examples=EXAMPLES, phases=PHASES, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_from_after_the_day_is_read(duckdb: "Backend", data: Any) -> None:
    dice = HypothesisDice(data.draw)
    base = dice.pick(BASES)
    tables = (base, *(name for name in TABLES if name != base and dice.chance(40)))
    plain = with_loads(random_log(dice, tables, size=10), dice)
    as_of = plain.start + timedelta(days=dice.integer(0, plain.span))

    assert not leaks(duckdb_log(duckdb, plain), as_of, base)


@pytest.mark.parametrize("preset", ["shop", "subscription"])
def test_nothing_from_after_the_day_is_read_of_a_made_up_company(preset: str, tmp_path: Any) -> None:
    with read([str(company(preset))]) as reading:
        open_store(str(tmp_path / "log"), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    with open_log(str(tmp_path / "log")) as log:
        base = "subscriptions" if "subscriptions" in log.tables else "orders"
        (first, last) = (day.date() for day in log.span(base, {"orders": "ordered_at"}.get(base, "started_at")))
        for share in (0.4, 0.8):
            as_of = first + share * (last - first)
            assert rows_of(log, features(log, as_of, base=base))
            assert not leaks(log, as_of, base)


FACTS = {
    "orders": "order_id customer_id ordered_at kind",
    "tickets": "ticket_id customer_id opened_at",
    "events": "event_id customer_id occurred_at name",
    "subscriptions": "subscription_id customer_id started_at plan monthly_price",
    "contacts": "contact_id customer_id assigned_at campaign channel variant sent_at",
}
DAY = date(2024, 5, 31)


def shop(table: str) -> Log:
    """Ann orders in May; in June something happens of which nobody can know in May."""
    bought = frame(FACTS["orders"], "1 ann 2024-05-05 sale")
    more = {
        "orders": "2 ann 2024-06-05 sale",
        "tickets": "1 ann 2024-06-05",
        "events": "1 ann 2024-06-05 visit",
        "subscriptions": "1 ann 2024-06-05 basic 10",
        "contacts": "1 ann 2024-06-05 spring mail treatment 2024-06-05",
    }
    later = frame(FACTS[table], more[table])
    if table == "orders":
        return Log.wrap(orders=pd.concat([bought, later]))
    return Log.wrap(orders=bought, **{table: later})


def planted(known: Known, table: str) -> Any:
    """What a careless hand would write: all facts of the log, whatever their day."""
    from vernost.measure.periods import days

    rows = known.scope.table(table)
    local = known.scope.clock(table).local(rows[TABLES_OF_LOG[table].happened[0]])
    return rows.mutate(local=local, day_=days(local)).filter(rows.customer_id.notnull())


@pytest.mark.parametrize("table", FACTS)
def test_a_planted_leak_is_caught(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = shop(table)
    assert not leaks(log, DAY, "orders")

    honest = Known.facts
    monkeypatch.setattr(Known, "facts", lambda known, name: (planted if name == table else honest)(known, name))

    assert leaks(log, DAY, "orders")
