"""How fast customers are listed, found and shown when many people look at once, from the real server over real data.

    python benchmarks/bench_customers.py [--orders 10_000_000] [--people 20] [--rounds 15] [--web-processes 2]

A company is made up (an eighth as many customers as orders, each with a name, a phone and an address), loaded, and
``vernost up`` started on it. The worker makes the directory of customers; how long others who write wait meanwhile is
measured from beside, with a row of their own again and again. Then people sign in by links of their own and, all at
once, list, search by name, by the end of a phone and by address, filter, turn pages, and open customers with what
happened to them.
"""

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_overview import Person, is_idle, links, running
from generate import ORDERS_PER_CUSTOMER, Shop, load_log, write_parquet

GOAL = 300.0
"""Milliseconds within which 95 of 100 answers come."""

NAMES = "Анна Иван Мария Пётр Ольга Сергей Елена Алексей Дарья Николай John Emma Oliver Юлия Фёдор Игорь".split()
KIN = "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков".split()
_NAMED = """
    SELECT * REPLACE (
        {names}[(hash(_row) % {count})::INT + 1] || ' ' || {kin}[(hash(_row + 7) % {kins})::INT + 1]
            || chr((1072 + hash(_row + 1) % 32)::INT) || chr((1072 + hash(_row + 2) % 32)::INT) AS name,
        'person' || _row || '@example.com' AS email, '8 (9' || (_row % 90 + 10) || ') ' || lpad(_row::VARCHAR, 7, '0')
            AS phone,
        ['retail', 'vip', 'wholesale'][(_row % 3)::INT + 1] AS segment
    ) FROM read_parquet('{path}')
"""
STAND = """
import django; django.setup()
from vernost_web.customers.directory import stand
print("LISTED", stand().customers)
"""


def company(folder: Path, orders: int) -> None:
    """Make one up and load it."""
    import duckdb

    made = folder / "made"
    write_parquet(Shop(orders), made)
    path = made / "customers" / "customers.parquet"
    query = _NAMED.format(names=NAMES, count=len(NAMES), kin=KIN, kins=len(KIN), path=path)
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({query}) TO '{path}.named' (FORMAT parquet)")
    Path(f"{path}.named").replace(path)
    load_log(made, folder / "log")


@contextmanager
def waits(database: Path) -> Iterator[list[float]]:
    """Seconds that a row of somebody else took to be written, again and again while the block lasts."""
    found: list[float] = []
    over = threading.Event()

    def write() -> None:
        with sqlite3.connect(database, timeout=60, isolation_level=None) as own:
            own.execute("CREATE TABLE IF NOT EXISTS bench_waits (at REAL)")
            while not over.wait(0.2):
                begun = time.perf_counter()
                own.execute("INSERT INTO bench_waits VALUES (?)", [begun])
                found.append(time.perf_counter() - begun)
            own.execute("DROP TABLE bench_waits")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def listed(environment: dict[str, str]) -> int:
    """How many customers the directory lists."""
    told = subprocess.run([sys.executable, "-c", STAND], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return int(told.stdout.split("LISTED")[1])


def addresses(customers: int, chance: random.Random) -> dict[str, str]:
    """One address of each kind of look."""
    number = chance.randrange(customers)
    city = f"city {chance.randrange(1, 40)}"
    kin = chance.choice(KIN)[:4].lower()
    return {
        "list": "/customers/?"
        + urllib.parse.urlencode({"sort": chance.choice(["revenue", "last_order_at", "orders"])}),
        "page": "/customers/?" + urllib.parse.urlencode({"sort": "orders", "after": f"C{number:08}"}),
        "filter": "/customers/?" + urllib.parse.urlencode({"city": city, "segment": "vip"}),
        "name": "/customers/?" + urllib.parse.urlencode({"q": kin}),
        "two words": "/customers/?" + urllib.parse.urlencode({"q": f"{kin} {chance.choice(NAMES)[:2]}", "city": city}),
        "phone": "/customers/?" + urllib.parse.urlencode({"q": f"{number:07}"}),
        "e-mail": "/customers/?" + urllib.parse.urlencode({"q": f"person{number}@example.com"}),
        "customer": f"/customers/of/C{number:08}/",
        "timeline": f"/customers/of/C{number:08}/timeline/",
    }


class Visitor(Person):
    """Somebody who opens addresses."""

    def see(self, path: str) -> float:
        """Seconds that an answer took."""
        begun = time.perf_counter()
        with self._open(f"{self.address}{path}") as answer:
            answer.read()
        return time.perf_counter() - begun


def look_together(people: list[Visitor], customers: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of every look by its kind, all people at once, each in an order of their own."""
    spent: dict[str, list[float]] = {}
    gate = threading.Barrier(len(people))

    def looks(person: Visitor, chance: random.Random) -> None:
        gate.wait()
        for _ in range(rounds):
            asked = list(addresses(customers, chance).items())
            chance.shuffle(asked)
            for name, path in asked:
                seconds = person.see(path)
                spent.setdefault(name, []).append(seconds)

    threads = [threading.Thread(target=looks, args=(each, random.Random(place))) for place, each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def main() -> None:
    """Print the quantiles."""
    parser = argparse.ArgumentParser(description="How fast customers are listed, found and shown.")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--web-processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep the installation here, and take it up again if it is there")
    options = parser.parse_args()
    customers = options.orders // ORDERS_PER_CUSTOMER
    with tempfile.TemporaryDirectory() as place:
        folder = options.folder or Path(place)
        if not (folder / "log").exists():
            company(folder, options.orders)
        with running(folder, options.web_processes) as (address, environment):
            begun = time.perf_counter()
            with waits(folder / "application.sqlite3") as waited:
                while listed(environment) != customers or not is_idle(environment):
                    time.sleep(5)
            _tell_waits(waited, time.perf_counter() - begun)
            people = [Visitor(address) for _ in range(options.people)]
            for person, secret in zip(people, links(environment, options.people), strict=True):
                person.enter(secret)
            look_together(people, customers, 1)
            spent = look_together(people, customers, options.rounds)
    _tell(spent, options, customers)


def _tell_waits(waited: list[float], seconds: float) -> None:
    most, usual = 1000 * max(waited), 1000 * sorted(waited)[int(0.95 * len(waited))]
    print(
        f"all jobs after the load done in {seconds:.0f} s; others waited to write {usual:.0f} ms (p95), at most"
        f" {most:.0f} ms"
    )


def _tell(spent: dict[str, list[float]], options: argparse.Namespace, customers: int) -> None:
    print(f"{customers:,} customers, {options.orders:,} orders, {options.people} people at once:")
    worst = 0.0
    for name, seconds in spent.items():
        cuts = [1000 * cut for cut in statistics.quantiles(seconds, n=100)]
        worst = max(worst, cuts[94])
        print(f"{name:10} {len(seconds):5} looks   p50 {cuts[49]:4.0f} ms   p95 {cuts[94]:4.0f} ms (bar: {GOAL:.0f})")
    sys.exit(worst > GOAL)


if __name__ == "__main__":
    main()
