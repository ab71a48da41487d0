"""What a load of orders costs: time, CPU and peak memory of a first load, the same again, and one in fifty changed.

python benchmarks/bench_store.py 10000000
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from vernost.sources.source import Reading
from vernost.store.connection import open_store

STEPS = ("first", "again", "change", "undo")
EMPTY = {
    "VARCHAR": ("status", "channel", "store", "coupon", "extra"),
    "TIMESTAMP": ("promised_at", "delivered_at"),
    "DECIMAL(18, 4)": ("discount",),
}


def made_up(number: int, spill: str, *, changed: bool) -> Reading:
    """A staged reading of so many orders of an eighth as many customers."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '600MB'")
    connection.execute("SET temp_directory = ?", [spill])
    empty = ", ".join(f"NULL::{kind} AS {name}" for kind, names in EMPTY.items() for name in names)
    amount = "(hash(range) % 100000) / 100" + (" + (range % 50 = 0)::INT" if changed else "")
    connection.execute(
        f"CREATE VIEW staged AS SELECT 'order-' || range AS order_id, 'c' || hash(range) % {number // 8 + 1} AS "
        "customer_id, TIMESTAMP '2015-01-01' + to_seconds(range * 20) AS ordered_at, "
        f"({amount})::DECIMAL(18, 4) AS amount, 'sale' AS kind, {empty}, 'made-up.csv' AS source, range AS _row "
        f"FROM range({number})"
    )
    connection.execute(
        "CREATE TABLE rejected (table_name VARCHAR, source VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"
    )
    return Reading(connection, {"orders": "staged"}, "rejected")


def run(step: str, number: int, url: str) -> None:
    store = open_store(url, create=True)
    at = datetime(2024, 1, 1 + STEPS.index(step), tzinfo=UTC)
    began, cpu = time.perf_counter(), time.process_time()
    if step == "undo":
        receipt = store.undo(3, at=at)
    else:
        with (
            tempfile.TemporaryDirectory() as spill,
            made_up(number, spill, changed=step == "change") as reading,
        ):
            receipt = store.load(reading, loaded_at=at)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step:8} {time.perf_counter() - began:7.1f} s {time.process_time() - cpu:7.1f} CPU s {peak:7.0f} MB peak")
    print(f"         {receipt.tallies}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--url", help="an empty place for the log; a temporary folder when left out")
    parser.add_argument("--step", choices=STEPS)
    asked = parser.parse_args()
    if asked.step:
        run(asked.step, asked.number, asked.url)
        return
    with tempfile.TemporaryDirectory() as folder:
        url = asked.url or str(Path(folder) / "log")
        for step in STEPS:
            command = [sys.executable, __file__, str(asked.number), "--url", url, "--step", step]
            subprocess.run(command, check=True)  # noqa: S603 - ourselves


if __name__ == "__main__":
    main()
