"""A made-up shop of any size: orders in the sequence of time, the same rows for the same seed.

    python benchmarks/generate.py FOLDER --orders 10_000_000 [--as log|parquet|csv]

Customers join over 36 months in growing number, buy at rates of their own (gamma) and leave for good after a time of
their own (exponential), so that there are one-time buyers, regulars and returns. There are as many orders as asked for
and an eighth as many customers. 2 % of the rows are refunds, 1 % are cancelled. Every month is drawn by itself, so
memory grows with the number of customers and not with that of orders.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MONTHS = 36
ORDERS_PER_CUSTOMER = 8
REFUNDED, CANCELLED = 0.02, 0.01
START = datetime(2022, 1, 1, tzinfo=UTC)
END = datetime(2025, 1, 1, tzinfo=UTC)
CITIES = 40

_ORDERS = """
    SELECT 'O' || lpad(number::VARCHAR, 9, '0') AS order_id,
        'C' || lpad(customer::VARCHAR, 8, '0') AS customer_id,
        make_timestamp(second * 1000000) AS ordered_at,
        (if(chance < {refunded}, -cents, cents)::DECIMAL(16, 0) * 0.01)::DECIMAL(18, 4) AS amount,
        if(chance < {refunded}, 'refund', 'sale') AS kind,
        if(chance > 1 - {cancelled}, 'cancelled', 'delivered') AS status,
        NULL::DECIMAL(18, 4) AS discount,
        ['web', 'app', 'store'][customer % 2 + number % 2 + 1] AS channel,
        NULL::VARCHAR AS store, NULL::TIMESTAMP AS promised_at, NULL::TIMESTAMP AS delivered_at,
        NULL::VARCHAR AS coupon, NULL::VARCHAR AS extra, 'made up' AS source, number AS _row
    FROM piece
"""
_CUSTOMERS = """
    SELECT 'C' || lpad(customer::VARCHAR, 8, '0') AS customer_id, make_timestamp(joined * 1000000) AS created_at,
        NULL::VARCHAR AS name, NULL::VARCHAR AS email, NULL::VARCHAR AS phone, NULL::DATE AS birthday_on,
        NULL::VARCHAR AS language, NULL::VARCHAR AS country, 'city ' || city AS city,
        ['ads', 'search', 'friends'][city % 3 + 1] AS acquisition_channel, NULL::DECIMAL(18, 4) AS acquisition_cost,
        NULL::VARCHAR AS segment, NULL::VARCHAR AS account_manager, NULL::BOOLEAN AS is_business,
        NULL::VARCHAR AS extra, 'made up' AS source, customer AS _row
    FROM everyone
"""


@dataclass(frozen=True)
class Shop:
    """A made-up shop.

    Attributes:
        orders: how many rows its orders have.
        seed: of all its chance.
    """

    orders: int
    seed: int = 20_240_229

    @cached_property
    def _chance(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    @cached_property
    def _people(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """When each customer joins and leaves, in seconds, and how often they buy; in the sequence of joining."""
        n, span = max(1, self.orders // ORDERS_PER_CUSTOMER), (END - START).total_seconds()
        joined = np.sort(START.timestamp() + span * self._chance.random(n) ** 0.8)
        stays = self._chance.exponential(self._chance.gamma(2.0, span / 6, n))
        rate = self._chance.gamma(0.7, 1.0, n)
        return joined, np.minimum(joined + stays, END.timestamp()), rate

    def customers(self) -> "pa.Table":
        """All customers: number, second of joining, number of their city."""
        import pyarrow as pa

        joined = self._people[0]
        city = np.minimum(np.random.default_rng(self.seed + 1).zipf(1.5, len(joined)), CITIES)
        return pa.table({"customer": np.arange(len(joined)), "joined": joined.astype("int64"), "city": city})

    def pieces(self) -> Iterator["pa.Table"]:
        """Orders a month at a time: number, customer, second, cents, chance."""
        import pyarrow as pa

        joined, left, rate = self._people
        edges = np.linspace(START.timestamp(), END.timestamp(), MONTHS + 1)
        exposure = np.array([(rate * _overlap(joined, left, a, b)).sum() for a, b in pairwise(edges)])
        further = self._chance.multinomial(self.orders - len(joined), exposure / exposure.sum())
        done = 0
        for begin, end, count in zip(edges, edges[1:], further, strict=False):
            overlap = _overlap(joined, left, begin, end)
            reach = np.cumsum(rate * overlap)
            again = np.searchsorted(reach, self._chance.random(count) * reach[-1])
            again_at = np.maximum(joined[again], begin) + self._chance.random(count) * overlap[again]
            new = np.flatnonzero((joined >= begin) & (joined < end))
            customer, at = np.concatenate([new, again]), np.concatenate([joined[new], again_at])
            turn = np.argsort(at, kind="stable")
            number = np.arange(done, done := done + len(turn))
            yield pa.table(
                {
                    "number": number,
                    "customer": customer[turn],
                    "second": at[turn].astype("int64"),
                    "cents": (100 * self._chance.lognormal(3.5, 0.8, len(turn))).astype("int64") + 1,
                    "chance": self._chance.random(len(turn)),
                }
            )


def _overlap(joined: np.ndarray, left: np.ndarray, begin: float, end: float) -> np.ndarray:
    return np.clip(np.minimum(left, end) - np.maximum(joined, begin), 0, None)


def write_parquet(shop: Shop, folder: Path) -> None:
    """Write ``customers/`` and ``orders/`` as Parquet files in the shape of the log."""
    _write(shop, folder, "parquet", "FORMAT parquet")


def write_csv(shop: Shop, folder: Path) -> None:
    """Write ``customers/`` and ``orders/`` as CSV files with the columns that such a shop would export."""
    _write(shop, folder, "csv", "FORMAT csv, HEADER")


def _write(shop: Shop, folder: Path, ending: str, how: str) -> None:
    import duckdb

    with duckdb.connect() as engine:
        everyone = shop.customers()
        _copy(engine, _CUSTOMERS, everyone, folder / "customers" / f"customers.{ending}", how)
        for number, piece in enumerate(shop.pieces()):
            query = _ORDERS.format(refunded=REFUNDED, cancelled=CANCELLED)
            _copy(engine, query, piece, folder / "orders" / f"orders_{number:02}.{ending}", how)


def _copy(engine: "duckdb.DuckDBPyConnection", query: str, rows: "pa.Table", path: Path, how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine.register("piece" if "FROM piece" in query else "everyone", rows)
    if path.suffix == ".csv":
        query = f"SELECT COLUMNS(c -> c NOT IN ('extra', 'source', '_row', 'store', 'coupon')) FROM ({query})"
    engine.execute(f"COPY ({query}) TO '{path}' ({how})")


def write_log(shop: Shop, folder: Path) -> None:
    """Load the shop into a log in ``folder``, through the same door as everyone's data."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="vernost-") as exported:
        write_parquet(shop, Path(exported))
        load_log(Path(exported), folder)


def load_log(exported: Path, folder: Path, *, memory_limit: str = "1500MB") -> None:
    """Load what ``write_parquet`` wrote into a log."""
    import tempfile

    from vernost.sources.source import Reading
    from vernost.sources.staging import stage_connection
    from vernost.store.connection import open_store

    with tempfile.TemporaryDirectory(prefix="vernost-") as work:
        engine = stage_connection(Path(work), memory_limit=memory_limit)
        for table in ("customers", "orders"):
            engine.execute(f"CREATE VIEW {table} AS FROM read_parquet('{exported}/{table}/*.parquet')")
        engine.execute("CREATE TABLE nothing (table_name TEXT, source TEXT, line BIGINT, reason TEXT, raw TEXT)")
        with Reading(engine, {"customers": "customers", "orders": "orders"}, "nothing") as reading:
            open_store(str(folder), create=True).load(reading, loaded_at=END)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up shop.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=Shop.seed)
    parser.add_argument("--as", dest="form", choices=["log", "parquet", "csv"], default="log")
    given = parser.parse_args()
    write = {"log": write_log, "parquet": write_parquet, "csv": write_csv}[given.form]
    write(Shop(given.orders, given.seed), given.folder)


if __name__ == "__main__":
    main()
