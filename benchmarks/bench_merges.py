"""What merged customers cost whoever reads a log, and what it takes to find doubles.

    python benchmarks/bench_merges.py [--orders 10_000_000] [--rounds 5] [--people 1_000_000]

The same measures are asked of one log after its first load (no merges), after a second one with merges that have all
ended, and after two more with merges that hold: CPU seconds of all threads from the open log to the rows, as medians
over rounds in which each state is asked once before any is asked again. Doubles are looked for among made-up people,
of whom each fiftieth came twice, in a process of its own: CPU seconds, and memory beyond that of the people themselves.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from generate import END, Shop, write_log
from vernost import CATALOGUE, Log, open_log, open_store
from vernost.schema import TABLES
from vernost.sources.at_hand import at_hand
from vernost.store.doubles import find_doubles

STATES = {1: "no merges", 2: "all ended", 3: "1,000 merged", 4: "10,000 merged"}
MEASURES = ("cohort_retention", "lifecycle", "rfm", "revenue")


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def merges(url: str, first: int, last: int, *, at: datetime, ended: bool = False) -> None:
    """Load merges of every second customer into the one before."""
    numbers, instant = range(2 * first, 2 * last, 2), at.replace(tzinfo=None)
    rows = {
        "absorbed_id": [f"C{number + 1:08}" for number in numbers],
        "surviving_id": [f"C{number:08}" for number in numbers],
        "merged_at": [instant] * len(numbers),
        "ended_at": [instant if ended else None] * len(numbers),
    }
    schema = pa.schema([(column.name, kind) for column, kind in zip(TABLES["merges"].columns, _KINDS, strict=True)])
    with at_hand("merges", [pa.table(rows, schema=schema)], source="made up") as reading:
        open_store(url).load(reading, loaded_at=at)


_KINDS = (pa.string(), pa.string(), pa.timestamp("us"), pa.timestamp("us"))


def one_customer(log: Log) -> Any:
    """The orders of one customer, as a page asks for them."""
    orders = log.tables["orders"]
    return log.fetch(orders.filter(orders.customer_id == "C00000004").limit(50))


def asked() -> dict[str, Callable[[Log], Any]]:
    """What is asked, by name."""
    own = {name: (lambda log, name=name: CATALOGUE[name](log, by="month").rows) for name in MEASURES[:2]}
    own |= {"rfm": lambda log: CATALOGUE["rfm"](log).rows, "revenue": lambda log: CATALOGUE["revenue"](log).rows}
    return own | {"one customer": one_customer}


def reading(orders: int, rounds: int) -> None:
    """Print what each state costs, and the ratio to the log without merges."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "log")
        write_log(Shop(orders), Path(url))
        merges(url, 0, 10_000, at=END + timedelta(days=2), ended=True)
        merges(url, 0, 1_000, at=END + timedelta(days=3))
        merges(url, 1_000, 10_000, at=END + timedelta(days=4))
        taken: dict[tuple[str, int], list[float]] = defaultdict(list)
        for _ in range(rounds):
            for state in STATES:
                begun = cpu()
                with open_log(url, at_load=state) as log:
                    taken["opening", state].append(cpu() - begun)
                    for name, ask in asked().items():
                        begun = cpu()
                        ask(log)
                        taken[name, state].append(cpu() - begun)
    print(f"{orders:,} orders".ljust(18), *(title.rjust(22) for title in STATES.values()))
    for name in ("opening", *asked()):
        base = statistics.median(taken[name, 1])
        own = [statistics.median(taken[name, state]) for state in STATES]
        told = [f"{seconds:.3f} s, {seconds / base:.2f}" for seconds in own]
        print(name.ljust(18), *(text.rjust(22) for text in told))


def people(count: int) -> pa.Table:
    """Made-up people, each fiftieth with the telephone of another in another spelling."""
    chance = random.Random(3)
    names = ["Анна Иванова", "Пётр Сидоров", "Ольга Ким", "Ivan Petrov", "Мария Ли"]
    phones = [f"+79{chance.randrange(10**9):09}" for _ in range(count)]
    for number in range(0, count, 50):
        other = phones[chance.randrange(count)]
        phones[number] = f"8 ({other[2:5]}) {other[5:8]}-{other[8:10]}-{other[10:]}"
    return pa.table(
        {
            "customer_id": [f"c{number}" for number in range(count)],
            "name": [chance.choice(names) for _ in range(count)],
            "phone": phones,
            "email": [f"user{chance.randrange(10**9)}@mail.ru" for _ in range(count)],
        }
    )


def doubles(count: int) -> None:
    """Print what it takes to find doubles among so many people."""
    with Log.wrap(customers=people(count), timezone="Europe/Moscow") as log:
        begun, held = cpu(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = sum(1 for _ in find_doubles(log))
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        print(f"{count:,} people: {found:,} pairs, {cpu() - begun:.1f} CPU s, {more // 1024} MB more")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--doubles", action="store_true", help="only look for doubles, in this very process")
    given = parser.parse_args()
    if given.doubles:
        doubles(given.people)
        return
    for count in (given.people // 10, given.people):
        subprocess.run([sys.executable, __file__, "--doubles", "--people", str(count)], check=True)  # noqa: S603 - ourselves
    reading(given.orders, given.rounds)


if __name__ == "__main__":
    main()
