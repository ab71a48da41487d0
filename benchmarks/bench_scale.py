"""What scoring takes as customers become more: CPU, time and memory, customers by the million.

    python benchmarks/bench_scale.py [--customers 1_000_000 10_000_000] [--log FOLDER ...]

A forecast is learnt once, from a shop of 20,000 customers, and travels as it does to executors of Spark. Each larger
shop of the same kind is scored with it in a process of its own, batch by batch, on whatever processors there are. The
peak is that of the whole process, the database within it included.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark import cloudpickle

from bench_measure import peak
from generate import ORDERS_PER_CUSTOMER, Shop, write_log

if TYPE_CHECKING:
    from vernost.predict.forecast import Forecast

LEARNT_FROM = 20_000
FLAT = 1.5
"""Memory is flat that grows by no more than so many times while customers become ten times as many."""


def shop(customers: int) -> Shop:
    return Shop(customers * ORDERS_PER_CUSTOMER)


def learnt(folder: Path) -> tuple["Forecast", float]:
    """What is learnt of a small shop, and the CPU seconds that it took."""
    from vernost.predict.forecast import fit
    from vernost.store import open_log

    write_log(shop(LEARNT_FROM), folder)
    with open_log(str(folder)) as log:
        started = time.process_time()
        return fit(log), time.process_time() - started


def scored(log_folder: str, forecast_file: str) -> dict[str, float]:
    """Score all customers of a log, and say what it took."""
    from vernost.store import open_log

    forecast = cloudpickle.loads(Path(forecast_file).read_bytes())
    with open_log(log_folder) as log:
        cpu, wall = time.process_time(), time.perf_counter()
        customers = sum(batch.num_rows for batch in forecast.batches(log))
        return {
            "customers": customers,
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
            "peak": peak(),
        }


def in_child(log: Path, forecast: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", str(log), str(forecast)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
    if done.returncode:
        raise SystemExit(f"{log} could not be scored:\n{done.stderr}")
    return json.loads(done.stdout)


def show(found: dict[str, float]) -> None:
    each = 1e6 * found["cpu"] / found["customers"]
    print(
        f"{found['customers']:>12,.0f} {found['cpu']:8.1f} {each:12.1f} {found['wall']:8.1f} {found['peak']:8,.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--log", type=Path, nargs="+", help="logs that generate.py wrote; made when not given")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(scored(*given.child)))
        return
    with tempfile.TemporaryDirectory(prefix="vernost-") as work:
        forecast, cpu = learnt(Path(work) / "small")
        file = Path(work) / "forecast"
        file.write_bytes(cloudpickle.dumps(forecast))
        print(f"learnt from {LEARNT_FROM:,} customers in {cpu:.0f} CPU s: {forecast.card.model}\n")
        print(f"{'customers':>12} {'CPU s':>8} {'CPU µs each':>12} {'s':>8} {'peak MB':>8}")
        peaks = []
        for place, customers in enumerate(given.customers if given.log is None else given.log):
            log = Path(work) / f"log {place}" if given.log is None else given.log[place]
            if given.log is None:
                write_log(shop(customers), log)
            found = in_child(log, file)
            show(found)
            peaks.append(found["peak"])
    growth = peaks[-1] / peaks[0]
    print(f"\npeak, last / first {growth:.2f}   at most {FLAT:g} {'PASS' if growth <= FLAT else 'MISS'}")
    raise SystemExit(growth > FLAT)


if __name__ == "__main__":
    main()
