"""CPU and memory of the measures against hand-written SQL, Polars and pandas, in one run with interleaved rounds.

    python benchmarks/bench_measure.py [--orders 10_000_000] [--rounds 5]

Every figure is the median over rounds of child processes of their own: CPU seconds (all threads) from the call to the
Arrow table, imports and a first call on four orders left out; peak memory is that of the whole process. In each
round every contender runs once before any runs again, so that a busy neighbour disturbs all alike. Answers of all
contenders are compared with each other in the same run. `first` is the first call on a log just opened, which asks the
log for its span and its statuses; `again` is the same call on the same log.

Polars and pandas read the files as the shop exports them, in the sequence of time: that is what their users have. SQL
reads the files of the log, as we do. `polars+` is Polars on these, where our loads put a customer's rows side by side.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import Shop, load_log, write_log, write_parquet
from rivals import RIVALS

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.store.log import Log

TASKS = {
    "cohort": "cohort_retention",
    "lifecycle": "lifecycle",
    "rfm": "rfm",
    "features": "customer_features",
}
KEYS = {"cohort": ("cohort", "age"), "lifecycle": ("period",), "rfm": ("customer_id",), "features": ("customer_id",)}
CONTENDERS = (*RIVALS, "polars+")
EXPORTED = {"polars", "pandas"}
"""Contenders that read the files as they were exported."""

MB = 1 << 20
Result = dict[str, float]


# -- one contender, one task, one process -------------------------------------------------------------------------


def files_of(log: Path) -> list[str]:
    """The Parquet files of the orders of a log, or of a shop's export."""
    from deltalake import DeltaTable

    if not (log / "orders" / "_delta_log").is_dir():
        return [str(path) for path in sorted((log / "orders").glob("*.parquet"))]

    return [str(log / "orders" / name) for name in DeltaTable(log / "orders").get_add_actions()["path"].to_pylist()]


def call(task: str, log: "Log") -> "pa.Table":
    """Our answer through the public call."""
    from vernost import measure

    return getattr(measure, TASKS[task])(log).to_arrow()


def tiny_log() -> "Log":
    import pandas as pd

    from vernost.store.log import Log

    at = pd.to_datetime(["2024-01-05", "2024-01-31", "2024-03-01", "2024-03-31"])
    return Log.wrap(
        orders=pd.DataFrame(
            {"customer_id": ["ann", "bob", "ann", "eve"], "ordered_at": at, "amount": [1, 2, 3, 4], "status": "paid"}
        )
    )


def timed(run: "Callable[[], pa.Table]") -> "tuple[pa.Table, float]":
    start = time.process_time()
    answer = run()
    return answer, time.process_time() - start


def peak() -> float:
    """Peak memory of this process so far, in MB.

    Not ``ru_maxrss``: a process inherits that from the one that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def child(contender: str, task: str, log: Path, warm: Path, keep: str | None) -> Result:
    """Run one task once (ours twice) and say what it cost; the answer goes to the file ``keep``.

    Ours warms up on a log in a folder too: one of tables at hand would bring pandas into the process.
    """
    if contender == "ours":
        from vernost.store.connection import open_log

        with open_log(str(warm)) as little:
            call(task, little)
        with open_log(str(log)) as opened:
            answer, first = timed(lambda: call(task, opened))
            result = {"cpu": first, "peak": peak()}
            result["again"] = timed(lambda: call(task, opened))[1]
    else:
        answer, cpu = timed(RIVALS[contender.rstrip("+")](task, files_of(log)))
        result = {"cpu": cpu, "peak": peak()}
    if keep:
        import pyarrow.parquet as pq

        pq.write_table(answer, keep)
    return result


def spawn(*arguments: str) -> Result:
    command = [sys.executable, __file__, "--child", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


# -- do all answer alike? -----------------------------------------------------------------------------------------


def check_equal(task: str, ours: Path, other: Path) -> None:
    """Refuse answers that differ: other rows, or a value further away than rounding explains."""
    import duckdb

    engine = duckdb.connect()
    left, right = engine.read_parquet(str(ours)), engine.read_parquet(str(other))
    if set(left.columns) != set(right.columns):
        raise SystemExit(f"{task}: {other.stem} has columns {sorted(set(left.columns) ^ set(right.columns))} apart.")
    keys = ", ".join(KEYS[task])
    differs = " OR ".join(
        f"this.{name} IS DISTINCT FROM that.{name} "
        f"AND coalesce(abs(this.{name} - that.{name}) > 1e-6 * (1 + abs(this.{name})), true)"
        if kind in ("DOUBLE", "FLOAT")
        else f"this.{name} IS DISTINCT FROM that.{name}"
        for name, kind in zip(left.columns, map(str, left.types), strict=True)
        if name not in KEYS[task]
    )
    differs = f"this.{KEYS[task][0]} IS NULL OR that.{KEYS[task][0]} IS NULL OR {differs}"
    query = f"FROM '{ours}' this FULL JOIN '{other}' that USING ({keys}) WHERE {differs}"
    (count,) = engine.execute(f"SELECT count(*) {query}").fetchone() or (1,)
    if count:
        raise SystemExit(
            f"{task}: {other.stem} differs in {count} rows:\n{engine.sql(f'SELECT this, that {query} LIMIT 3')}"
        )


# -- all of it ----------------------------------------------------------------------------------------------------


def race(log: Path, exported: Path, rounds: int, rivals: Iterable[str]) -> dict[tuple[str, str], Result]:
    """Medians by task and contender."""
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    contenders = ["ours", *rivals]
    with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
        warm = Path(folder) / "warm"
        write_log(Shop(1000), warm)
        for turn in range(rounds):
            pairs = [(task, name) for task in TASKS for name in contenders] + [("scan", "sql")]
            for task, name in pairs:
                keep = Path(folder) / f"{name}.parquet"
                files = exported if name in EXPORTED else log
                for key, value in spawn(name, task, str(files), str(warm), str(keep) if not turn else "").items():
                    found[task, name][key].append(value)
                if not turn and task in TASKS and name != "ours":
                    check_equal(task, Path(folder) / "ours.parquet", keep)
            print(f"round {turn + 1} of {rounds} done", file=sys.stderr)
    return {pair: {key: statistics.median(values) for key, values in kinds.items()} for pair, kinds in found.items()}


def fixed_costs() -> dict[str, float]:
    """Milliseconds of CPU that a public call takes beyond the SQL it compiles to, on four orders."""
    costs = {}
    with tiny_log() as log:
        for task, name in TASKS.items():
            from vernost import measure

            sql = log.connection.compile(getattr(measure, name)(log).expression)
            calls, bare = [], []
            for _ in range(15):
                calls.append(timed(lambda task=task: call(task, log))[1])
                bare.append(timed(lambda sql=sql: log.connection.con.sql(sql).to_arrow_table())[1])
            costs[task] = 1000 * (statistics.median(calls) - statistics.median(bare))
    return costs


def show(found: dict[tuple[str, str], Result], rivals: list[str]) -> list[str]:
    """Print what each contender took; give the goals that were missed."""
    print(f"\n{'':10} {'contender':9} {'CPU s':>7} {'again':>7} {'peak MB':>8} {'ours / it':>10} {'peak / its':>10}")
    for (task, name), result in found.items():
        ours = found.get((task, "ours"))
        against = [f"{ours['cpu'] / result['cpu']:10.2f} {ours['peak'] / result['peak']:10.2f}"] if ours else []
        again = f"{result['again']:7.2f}" if "again" in result else " " * 7
        print(f"{task:10} {name:9} {result['cpu']:7.2f} {again} {result['peak']:8.0f}", *against)
    print("\nscan is SELECT max(customer_id), max(ordered_at), max(kind), max(status): the columns that cohort needs\n")
    goals = [("cohort / scan", found["cohort", "ours"]["cpu"] / found["scan", "sql"]["cpu"], 2.0)]
    limits = {"sql": (1.25, TASKS), "polars": (0.8, ("cohort", "lifecycle", "features"))}
    limits["pandas"] = (0.5, limits["polars"][1])
    for rival in filter(limits.get, rivals):
        limit, tasks = limits[rival]
        for task in tasks:
            goals.append((f"{task} / {rival}", found[task, "ours"]["cpu"] / found[task, rival]["cpu"], limit))
            if rival == "sql":
                memory = found[task, "ours"]["peak"] / found[task, rival]["peak"]
                goals.append((f"{task} memory / {rival}", memory, 1.3))
    goals.append(("greatest peak, GB", max(found[task, "ours"]["peak"] for task in TASKS) / 1024, 3.5))
    goals += [(f"fixed cost of {task}, ms", cost, 50.0) for task, cost in fixed_costs().items()]
    return [line for line in map(_judged, goals) if line.endswith("MISS")]


def _judged(goal: tuple[str, float, float]) -> str:
    name, value, limit = goal
    line = f"{name:34} {value:8.2f}   at most {limit:<5g} {'PASS' if value <= limit else 'MISS'}"
    print(line)
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rivals", default=",".join(CONTENDERS), help="comma-separated, of " + ", ".join(CONTENDERS))
    parser.add_argument("--json", type=Path, help="file for the medians, to compare sizes with")
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        contender, task, log, warm, keep = given.child
        print(json.dumps(child(contender, task, Path(log), Path(warm), keep or None)))
        return
    rivals: list[str] = [name for name in given.rivals.split(",") if name]
    with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
        log, exported = Path(folder) / "log", Path(folder) / "exported"
        write_parquet(Shop(given.orders), exported)
        load_log(exported, log)
        found = race(log, exported, given.rounds, rivals)
    if given.json:
        medians: dict[str, Any] = {f"{task} {name}": result for (task, name), result in found.items()}
        given.json.write_text(json.dumps(medians, indent=1))
    missed = show(found, rivals)
    raise SystemExit(f"\n{len(missed)} goals missed." if missed else 0)


if __name__ == "__main__":
    main()
