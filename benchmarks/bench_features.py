"""CPU and memory of the features of all customers against the same columns in hand-written SQL, in one run.

    python benchmarks/bench_features.py [--orders 10_000_000] [--rounds 3] [--log FOLDER]

As in `bench_measure.py`, every figure is the median over rounds of child processes of their own, contenders take turns,
and the run stops when the answers differ. ``scan`` reads the columns of the orders that features need and nothing more.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench_measure import check_equal, files_of, peak, timed
from generate import Shop, write_log
from rivals import TODAY

if TYPE_CHECKING:
    import pyarrow as pa

AS_OF = date(2024, 12, 31)
SPANS = (30, 90, 180)
LIMITS = {"cpu": 1.25, "peak": 1.3}

_RECENT = ", ".join(
    f"count(*) FILTER (is_sale AND day > {TODAY - span}) AS orders_{span}d,"
    f"count(*) FILTER (is_sale AND day > {TODAY - 2 * span} AND day <= {TODAY - span}) AS orders_b{span},"
    f"coalesce(sum(money) FILTER (day > {TODAY - span}), 0) AS revenue_{span}d,"
    f"coalesce(sum(money) FILTER (day > {TODAY - 2 * span} AND day <= {TODAY - span}), 0) AS revenue_b{span}"
    for span in SPANS
)
_TRENDS = ", ".join(
    f"{name}_{span}d, {name}_{span}d / nullif({name}_b{span}, 0)::DOUBLE AS {name}_trend_{span}d"
    for name in ("orders", "revenue")
    for span in SPANS
)

SQL = {
    "scan": "SELECT max(customer_id), max(ordered_at), max(kind), max(status), max(amount) FROM orders",
    "features": f"""
        WITH facts AS (
            SELECT customer_id, kind = 'sale' AS is_sale, ordered_at::DATE - DATE '1970-01-01' AS day,
                coalesce(amount::DOUBLE, 0) AS money
            FROM orders WHERE status IS DISTINCT FROM 'cancelled' AND customer_id IS NOT NULL
        ), gaps AS (
            SELECT *, CASE WHEN is_sale
                THEN day - lag(day) OVER (PARTITION BY customer_id, is_sale ORDER BY day) END AS gap FROM facts
        ), buyers AS (
            SELECT customer_id, {TODAY} - min(day) FILTER (is_sale) AS tenure,
                {TODAY} - max(day) FILTER (is_sale) AS silence, count(*) FILTER (is_sale) AS orders,
                count(*) FILTER (NOT is_sale) AS refunds, sum(money) AS revenue,
                max(money) FILTER (is_sale) AS order_value_max, avg(gap) AS gap_mean, stddev_samp(gap) AS gap_std,
                max(gap)::DOUBLE AS gap_max, {_RECENT}
            FROM gaps GROUP BY customer_id HAVING count(*) FILTER (is_sale) > 0
        )
        SELECT customer_id, silence::DOUBLE AS silence, silence / nullif(gap_mean, 0) AS silence_ratio,
            (silence - gap_mean) / nullif(gap_std, 0) AS silence_z, tenure::DOUBLE AS tenure, orders, revenue,
            revenue / orders AS order_value_mean, order_value_max, gap_mean, gap_std, gap_max, {_TRENDS}, refunds,
            0.0::DOUBLE AS discounted_share, 0 AS late_deliveries, NULL::DOUBLE AS late_share, 0 AS is_last_late,
            0 AS overdue_orders, acquisition_channel, city, country, language,
            coalesce(is_business::INT, 0) AS is_business, sin(11 * pi() / 6) AS month_sin,
            cos(11 * pi() / 6) AS month_cos
        FROM buyers LEFT JOIN customers USING (customer_id)""",
}


def ours(log: Path, keep: str) -> dict[str, float]:
    """Features of everybody, on a log just opened; the warm log loads what a first call loads."""
    from vernost.predict.features import features
    from vernost.store.connection import open_log

    def run(folder: Path) -> "tuple[pa.Table, float]":
        with open_log(str(folder)) as opened:
            return timed(lambda: opened.fetch(features(opened, AS_OF)))

    with tempfile.TemporaryDirectory(prefix="vernost-") as work:
        write_log(Shop(1000), Path(work) / "warm")
        run(Path(work) / "warm")
    answer, cpu = run(log)
    return _told(answer, cpu, keep)


def by_hand(query: str, log: Path, keep: str) -> dict[str, float]:
    import duckdb
    from deltalake import DeltaTable

    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    engine.read_parquet(files_of(log)).create_view("orders")
    people = [
        str(log / "customers" / name) for name in DeltaTable(log / "customers").get_add_actions()["path"].to_pylist()
    ]
    engine.read_parquet(people).create_view("customers")
    answer, cpu = timed(lambda: engine.sql(query).to_arrow_table())
    return _told(answer, cpu, keep)


def _told(answer: "pa.Table", cpu: float, keep: str) -> dict[str, float]:
    result = {"cpu": cpu, "peak": peak()}
    if keep:
        import pyarrow.parquet as pq

        pq.write_table(answer, keep)
    return result


def race(log: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Medians by contender."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory(prefix="vernost-") as work:
        kept = {name: Path(work) / f"{name}.parquet" for name in ("ours", "features", "scan")}
        for turn in range(rounds):
            for name, keep in kept.items():
                command = [sys.executable, __file__, "--child", name, str(log), "" if turn else str(keep)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own file
                for key, value in json.loads(done.stdout).items():
                    found[name][key].append(value)
            if not turn:
                check_equal("features", kept["ours"], kept["features"])
    return {name: {key: statistics.median(values) for key, values in kinds.items()} for name, kinds in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--log", type=Path, help="a log that generate.py wrote; made and deleted when not given")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        name, log, keep = given.child
        print(json.dumps(ours(Path(log), keep) if name == "ours" else by_hand(SQL[name], Path(log), keep)))
        return
    with tempfile.TemporaryDirectory(prefix="vernost-") as work:
        if given.log is None:
            given.log = Path(work) / "log"
            write_log(Shop(given.orders), given.log)
        found = race(given.log, given.rounds)
    for name, result in found.items():
        print(f"{name:10} {result['cpu']:7.2f} CPU s {result['peak']:7.0f} MB")
    missed = 0
    for kind, limit in LIMITS.items():
        ratio = found["ours"][kind] / found["features"][kind]
        missed += ratio > limit
        print(f"{kind} ours / by hand {ratio:6.2f}   at most {limit:<5g} {'PASS' if ratio <= limit else 'MISS'}")
    raise SystemExit(f"{missed} goals missed." if missed else 0)


if __name__ == "__main__":
    main()
