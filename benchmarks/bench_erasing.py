"""What it costs to erase a person, and what loads cost once somebody was erased.

    python benchmarks/bench_erasing.py [--orders 1_000_000] [--rounds 3]

One person is erased from a log of so many orders; then the same orders are loaded again, into that log and into a copy
from which nobody was erased. CPU seconds of all threads, medians over rounds, beside those of the first load.
"""

import argparse
import resource
import shutil
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from vernost import open_store, read

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def spent(work: Callable[[], object]) -> float:
    before = cpu()
    work()
    return cpu() - before


def write(folder: Path, orders: int) -> None:
    """So many orders, a customer to ten of them."""
    duckdb.sql(
        f"""COPY (SELECT range AS order_id, 'c' || range // 10 AS customer_id, DATE '2024-01-01' + (range % 700)::INT
        AS ordered_at, 1 + range % 97 AS amount FROM range({orders})) TO '{folder}/orders.csv'"""
    )
    duckdb.sql(
        f"""COPY (SELECT 'c' || range AS customer_id, 'Name ' || range AS name, range || '@example.com' AS email
        FROM range({orders // 10})) TO '{folder}/customers.csv'"""
    )


def load(folder: Path, log: Path, hours: int) -> None:
    with read([str(folder / "orders.csv"), str(folder / "customers.csv")]) as reading:
        open_store(str(log), create=True).load(reading, loaded_at=BEGUN + timedelta(hours=hours))


def one_round(folder: Path, number: int) -> dict[str, float]:
    log, other = folder / f"log{number}", folder / f"other{number}"
    found = {"load": spent(lambda: load(folder, log, 0))}
    shutil.copytree(log, other)
    found["erase"] = spent(lambda: open_store(str(log)).erase(["c7"], at=BEGUN + timedelta(hours=1)))
    found["again, nobody erased"] = spent(lambda: load(folder, other, 2))
    found["again, one erased"] = spent(lambda: load(folder, log, 2))
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--orders", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=3)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, asked.orders)
        rounds = [one_round(folder, number) for number in range(asked.rounds)]
    medians = {what: statistics.median(each[what] for each in rounds) for what in rounds[0]}
    print(f"{asked.orders:,} orders, median of {asked.rounds}")
    for what, seconds in medians.items():
        print(f"{what:24}{seconds:8.2f} CPU s{seconds / medians['load']:8.2f} of the load")


if __name__ == "__main__":
    main()
