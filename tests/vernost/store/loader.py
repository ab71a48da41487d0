"""A process that loads one version of a small shop, to be killed or watched by tests.

In version n each order has the amount n and each customer the name n, so a state that mixes versions shows.
"""

# ruff: noqa: S608 - the numbers in the queries are our own

import sys
from datetime import UTC, datetime, timedelta

from tests.vernost.store.factories import reading

from vernost.sources.source import Reading
from vernost.store.connection import open_log, open_store

ROWS = 20_000


def shop(version: int) -> Reading:
    made = reading(customers=[], orders=[])
    made.connection.execute(
        f"""INSERT INTO "Staged customers" BY NAME SELECT 'c' || range AS customer_id, '{version}' AS name,
        'shop.csv' AS source, range AS _row FROM range({ROWS})"""
    )
    made.connection.execute(
        f"""INSERT INTO "Staged orders" BY NAME SELECT 'o' || range AS order_id, 'c' || range AS customer_id,
        TIMESTAMP '2024-01-01' AS ordered_at, {version} AS amount, 'sale' AS kind, 'shop.csv' AS source, range AS _row
        FROM range({ROWS + version})"""
    )
    return made


def load(url: str, version: int) -> None:
    with shop(version) as made:
        store = open_store(url, create=True)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        store.load(made, loaded_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=version))
    sys.stdout.write("done\n")


def seen(url: str) -> int:
    """The version that a reader sees, 0 when the log is empty; an error when it sees a mixture."""
    with open_log(url) as log:
        if not log.tables:
            return 0
        orders, customers = log.tables["orders"], log.tables["customers"]
        # Two questions, to see whether both are answered from one state.
        names = customers.group_by("name").aggregate(number=customers.count()).to_pyarrow().to_pylist()
        amounts = orders.group_by("amount").aggregate(number=orders.count()).to_pyarrow().to_pylist()
    version = int(names[0]["name"])
    assert names == [{"name": str(version), "number": ROWS}]
    assert [(int(row["amount"]), row["number"]) for row in amounts] == [(version, ROWS + version)]
    return version


if __name__ == "__main__":
    load(sys.argv[1], int(sys.argv[2]))
