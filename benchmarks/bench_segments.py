"""CPU of the count of a segment with five rules against the same question by hand in DuckDB, in one run.

    python benchmarks/bench_segments.py [--orders 10_000_000] [--rounds 5] [--log FOLDER] [--refresh]

Both read the files of the same log, which are open before; ours begins with the rule as text and ends with the number,
so that reading, checking and compiling are counted. They take turns, and both must count the same customers. Two
segments are asked: one that all its parts narrow, and one with `any` and `not`, which asks for everybody.

With --refresh the application also works five segments without a clock out by a copy of the log, and again after small
loads of ever more orders of customers old and new: of the changed customers alone, and of all, which must come to the
same.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench_measure import files_of
from generate import Shop, write_log

if TYPE_CHECKING:
    import duckdb

    from vernost.store.log import Log

GOAL = 1.5

NARROW = {
    "all": [
        {"attribute": "city", "is": "one_of", "value": ["city 1", "city 2", "city 3", "city 4", "city 5"]},
        {"attribute": "acquisition_channel", "is": "differs", "value": "ads"},
        {"did": "orders", "at_least": 3, "within_days": 365},
        {"measure": "revenue", "is": "at_least", "value": 200},
        {"measure": "days_since_last_order", "is": "at_most", "value": 90},
    ]
}
WIDE = {
    "any": [
        {"attribute": "city", "is": "equals", "value": "city 1"},
        {"not": {"did": "orders", "within_days": 365}},
        {"did": "orders", "at_least": 3, "where": [{"attribute": "channel", "is": "equals", "value": "web"}]},
        {"measure": "revenue", "is": "at_least", "value": 1000},
        {"did": "refunds", "at_least": 1, "within_days": 90},
    ]
}
_ORDERS = "FROM read_parquet({orders}) WHERE customer_id IS NOT NULL AND status IS DISTINCT FROM 'cancelled'"
BY_HAND = {
    "narrow": f"""
        WITH bought AS (
            SELECT customer_id, sum(amount) AS revenue, max(ordered_at) FILTER (kind = 'sale') AS last,
                count(*) FILTER (kind = 'sale' AND ordered_at >= {{day}}::TIMESTAMP - INTERVAL 364 DAY) AS year
            {_ORDERS} GROUP BY customer_id
        )
        SELECT count(*) FROM read_parquet({{customers}}) JOIN bought USING (customer_id)
        WHERE city IN ('city 1', 'city 2', 'city 3', 'city 4', 'city 5') AND acquisition_channel <> 'ads'
            AND year >= 3 AND revenue >= 200 AND last >= {{day}}::TIMESTAMP - INTERVAL 90 DAY
    """,
    "wide": f"""
        WITH bought AS (
            SELECT customer_id, sum(amount) AS revenue,
                count(*) FILTER (kind = 'sale' AND ordered_at >= {{day}}::TIMESTAMP - INTERVAL 364 DAY) AS year,
                count(*) FILTER (kind = 'sale' AND channel = 'web') AS web,
                count(*) FILTER (kind = 'refund' AND ordered_at >= {{day}}::TIMESTAMP - INTERVAL 89 DAY) AS back
            {_ORDERS} GROUP BY customer_id
        ), everybody AS (
            SELECT customer_id FROM read_parquet({{customers}})
            UNION SELECT customer_id FROM read_parquet({{orders}}) WHERE customer_id IS NOT NULL
        )
        SELECT count(*) FROM everybody
            LEFT JOIN read_parquet({{customers}}) USING (customer_id) LEFT JOIN bought USING (customer_id)
        WHERE coalesce(city = 'city 1', false) OR coalesce(year, 0) = 0 OR coalesce(web, 0) >= 3
            OR coalesce(revenue, 0) >= 1000 OR coalesce(back, 0) >= 1
    """,
}
RULES = {"narrow": json.dumps(NARROW), "wide": json.dumps(WIDE)}


def ours(log: "Log", written: str) -> int:
    """How many are in the segment of a written rule."""
    from vernost.explain.segments import Standpoint, members, read_rule

    people = members(Standpoint(log), read_rule(written))
    return int(log.fetch(people.agg(count=people.count()))["count"][0].as_py())


def by_hand(engine: "duckdb.DuckDBPyConnection", query: str) -> int:
    """How many a query counts."""
    return int(engine.sql(query).fetchall()[0][0])


def cost(run: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of all threads, and what was found."""
    begun = time.process_time()
    found = run()
    return time.process_time() - begun, found


def tables_of(folder: Path, name: str) -> list[str]:
    """Files of a table of a log."""
    from deltalake import DeltaTable

    return [str(folder / name / path) for path in DeltaTable(folder / name).get_add_actions()["path"].to_pylist()]


def race(folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Medians of CPU seconds of ours and by hand; refuses answers that differ."""
    from vernost.explain.segments import Standpoint
    from vernost.store.connection import open_log

    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in RULES}
    with open_log(str(folder)) as log:
        import duckdb

        day = Standpoint(log).day
        gaps = {"orders": files_of(folder), "customers": tables_of(folder, "customers"), "day": f"'{day}'"}
        queries = {name: query.format(**gaps) for name, query in BY_HAND.items()}
        with duckdb.connect() as engine:
            for turn in range(rounds + 1):
                for name, written in RULES.items():
                    mine, found = cost(partial(ours, log, written))
                    hand, wanted = cost(partial(by_hand, engine, queries[name]))
                    if found != wanted:
                        raise SystemExit(f"{name}: the rule counts {found} customers, the SQL {wanted}.")
                    if turn:  # the first round warms both
                        spent[name][0].append(mine)
                        spent[name][1].append(hand)
    return {name: (statistics.median(mine), statistics.median(hand)) for name, (mine, hand) in spent.items()}


# -- working segments out after a load --------------------------------------------------------------------------------

CLOCKLESS = {
    "often": {"did": "orders", "at_least": 10},
    "much": {"measure": "revenue", "is": "at_least", "value": 1000},
    "city": {"attribute": "city", "is": "equals", "value": "city 1"},
    "web only": {"not": {"did": "orders", "where": [{"attribute": "channel", "is": "differs", "value": "web"}]}},
    "once": {"measure": "orders", "is": "equals", "value": 1},
}
LOADS = (100, 1_000, 10_000, 100_000)


def application(data: Path, log: Path) -> None:
    """The application over a log."""
    os.environ |= {"VERNOST_DATA": str(data), "VERNOST_LOG": str(log)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vernost_web.project.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Quiet:
    def tell(self, share: float, step: str = "") -> None:
        """Hear nothing."""


def bring(log: Path, count: int, number: int) -> None:
    """Load so many orders on the last day of the log, of customers all over it."""
    from datetime import timedelta

    from generate import END
    from vernost import open_store, read

    file = log.parent / f"more{number}.csv"
    step = 1_250_000 // count
    lines = (f"M{number}-{place},C{place * step:08},2024-12-31,10,sale,web" for place in range(count))
    file.write_text("order_id,customer_id,ordered_at,amount,kind,channel\n" + "\n".join(lines), encoding="utf-8")
    with read([str(file)]) as reading:
        open_store(str(log)).load(reading, loaded_at=END + timedelta(days=number))


def refreshed(*, whole: bool) -> tuple[float, dict[str, int | None]]:
    """CPU seconds in which stale segments are worked out, and their counts."""
    from vernost_web.segments import working
    from vernost_web.segments.models import Segment

    if whole:
        Segment.objects.filter(name__gt="").update(load=0, worked_out=0)
    begun = time.process_time()
    done = working.refresh(Quiet())
    spent = time.process_time() - begun
    if done["of_changed_alone"] != (0 if whole else len(CLOCKLESS)):
        raise SystemExit(f"It was not worked out as it should be: {done}")
    return spent, dict(Segment.objects.filter(name__gt="").values_list("name", "count"))


def race_refresh(folder: Path, log: Path) -> None:
    """Print CPU seconds of working segments out of the changed customers alone and of all; refuses other counts."""
    copy = folder / "copy"
    shutil.copytree(log, copy)
    application(folder / "data", copy)
    from vernost_web.segments import actions
    from vernost_web.segments.models import Segment

    Segment.objects.create(key="one_time", is_archived=True)
    for name, rule in CLOCKLESS.items():
        actions.make(by=None, name=name, rule=rule)
    from vernost.explain.segments import ready_made

    Segment.objects.bulk_create([Segment(key=key, is_archived=True) for key in ready_made()], ignore_conflicts=True)
    first, _ = refreshed(whole=True)
    print(f"first: {first:.2f} s of CPU")
    for number, count in enumerate(LOADS, start=1):
        bring(copy, count, number)
        few, found = refreshed(whole=False)
        everybody, wanted = refreshed(whole=True)
        if found != wanted:
            raise SystemExit(f"{count} orders: of the changed alone {found}, of all {wanted}.")
        print(f"{count:>7,} orders more: of the changed alone {few:.2f} s, of all {everybody:.2f} s of CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description="Race segments against SQL written by hand.")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--refresh", action="store_true", help="work segments out after small loads, too")
    parser.add_argument("--log", type=Path, help="a log that generate.py wrote; by default one of --orders is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
        log = options.log or Path(folder) / "log"
        if options.log is None:
            write_log(Shop(options.orders), log)
        found = race(log, options.rounds)
        if options.refresh:
            race_refresh(Path(folder), log)
    for name, (mine, hand) in found.items():
        print(f"{name}: rule {mine:.2f} s, by hand {hand:.2f} s of CPU, ratio {mine / hand:.2f} (goal {GOAL})")
    sys.exit(any(mine / hand > GOAL for mine, hand in found.values()))


if __name__ == "__main__":
    main()
