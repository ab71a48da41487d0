"""How fast companies are made up: CPU, wall time, memory and size by number of customers.

    .venv/bin/python benchmarks/bench_simulate.py [--customers 100000 1000000] [--presets shop]

Each company is made by the command itself, in a process of its own; memory is the sum over its processes at its peak.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

EVERY_SECONDS = 0.05
MEGABYTE = 1e6


@dataclass
class Watch:
    """Peak memory of a process and all that it started."""

    process: psutil.Process
    peak: int = 0
    is_over: bool = False

    def look(self) -> None:
        while not self.is_over:
            try:
                family = [self.process, *self.process.children(recursive=True)]
                self.peak = max(self.peak, sum(each.memory_info().rss for each in family))
            except psutil.Error:
                pass
            time.sleep(EVERY_SECONDS)


def measured(preset: str, customers: int) -> dict[str, float]:
    """Make up one company and say what it cost."""
    with TemporaryDirectory(prefix="vernost-bench-") as folder:
        out = Path(folder) / "company"
        command = [sys.executable, "-c", "from vernost.cli.main import run; run()", "simulate", str(out)]
        before, began = os.times(), time.perf_counter()
        started = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--preset", preset, "--customers", str(customers)], stdout=subprocess.PIPE
        )
        watch = Watch(psutil.Process(started.pid))
        looker = threading.Thread(target=watch.look)
        looker.start()
        shown, _ = started.communicate()
        watch.is_over = True
        looker.join()
        after = os.times()
        assert started.returncode == 0, shown
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        rows = sum(
            int(line.split(b": ")[1]) for line in shown.splitlines() if line.count(b": ") == 1 and b"(" not in line
        )
        shutil.rmtree(out)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "wall": time.perf_counter() - began,
        "cpu": cpu,
        "peak": watch.peak / MEGABYTE,
        "rows": rows,
        "size": size / MEGABYTE,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--presets", nargs="+", default=["shop"])
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(
        f"{'preset':14}{'customers':>11}{'wall s':>9}{'CPU s':>8}{'CPU µs each':>13}{'peak MB':>9}{'rows':>12}{'MB':>7}"
    )
    for preset in asked.presets:
        for customers in asked.customers:
            cost = measured(preset, customers)
            each = cost["cpu"] / customers * 1e6
            print(
                f"{preset:14}{customers:11,}{cost['wall']:9.1f}{cost['cpu']:8.1f}{each:13.1f}"
                f"{cost['peak']:9.0f}{cost['rows']:12,.0f}{cost['size']:7.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
