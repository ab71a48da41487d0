"""CPU and peak memory of the command line: loading CSV files, a measure of the log, and what starting costs.

    python benchmarks/bench_load.py [--orders 10_000_000]

This process imports next to nothing, since a child inherits the peak memory of the process that starts it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

VERNOST = str(Path(sys.executable).with_name("vernost"))
STARTS = {
    "import vernost": ([sys.executable, "-c", "import vernost"], 0.5),
    "vernost --help": ([VERNOST, "--help"], 0.7),
}


class Cost(NamedTuple):
    """What a command took: seconds of CPU, peak memory in MB."""

    cpu: float
    peak: float


def cost(command: list[str]) -> Cost:
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed.")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def judge(name: str, value: float, limit: float) -> bool:
    print(f"{name:34} {value:8.2f}   at most {limit:<5g} {'PASS' if value <= limit else 'MISS'}")
    return value <= limit


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=10_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
        files, log = f"{folder}/files", f"{folder}/log"
        generator = str(Path(__file__).with_name("generate.py"))
        cost([sys.executable, generator, files, "--orders", str(given.orders), "--as", "csv"])
        load = cost([VERNOST, "load", f"{files}/orders", f"{files}/customers", "--log", log])
        measure = cost([VERNOST, "measure", "cohort_retention", "--log", log, "--format", "csv"])
    print(f"{given.orders:,} orders: load {load.cpu:.1f} CPU s, measure {measure.cpu:.1f} CPU s")
    passed = [judge("peak of load, GB", load.peak / 1024, 2.0), judge("peak of measure, GB", measure.peak / 1024, 2.0)]
    for name, (command, limit) in STARTS.items():
        passed.append(judge(f"CPU of {name}, s", min(cost(command).cpu for _ in range(3)), limit))
    raise SystemExit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
