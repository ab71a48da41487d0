"""How often alarms ring for nothing, and how soon they ring for something.

    python benchmarks/bench_alarms.py [--preset shop] [--customers 10_000] [--seeds 1 2 3] [--quarters 4]

For each seed a company is made up and loaded, and every standard watch of days is asked once. Then each day of the last
quarters is judged by what was over by then, and moves are put together by cause, as the application does after a load.

What the made-up company itself plants (late deliveries each December, a queue in support) is told by its preset; an
alarm on the measures that such an event moves, within it or a fortnight after, is no false one. All others are.

Jumps are planted into the numbers of one measure from one day on: halved or doubled, on days a month apart. Found means
out of the band within seven days.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from vernost.measure import find_measure
from vernost.measure.band import BACK, newest
from vernost.measure.causes import Moved, causes, is_related
from vernost.sources import read
from vernost.sources.synthetic import Setting, load_preset, simulate
from vernost.store import open_log, open_store

WATCHED = (
    "orders", "revenue", "aov", "active_customers", "new_customers", "late_delivery_rate", "unanswered_24h_rate",
    "first_reply_time", "backlog",
)  # fmt: skip
"""The standard watches of days of ``vernost_web/alerts/watches.toml``."""

MOVED_BY = {
    "late_delivery": {"late_delivery_rate"},
    "no_reply": {"first_reply_time", "unanswered_24h_rate", "backlog"},
    "bad_interface": {"backlog"},
    "high_price": {"aov", "revenue"},
}
"""Measures that a planted event of a preset moves."""

PLANTED = {
    "orders": (0.5, 2.0),
    "active_customers": (0.5, 2.0),
    "new_customers": (0.5, 2.0),
    "first_reply_time": (7.0,),
}
"""Factors by measure; seven times as slow is the queue that the preset of the shop plants."""

QUARTER, MONTH, FOUND, AFTER = 91, 30, 7, timedelta(days=14)
Row = dict[str, Any]


def courses(setting: Setting, folder: Path) -> dict[str, tuple[list[Row], str]]:
    """The days of every watched measure, and its unit."""
    simulate(setting, folder / "made")
    url = str(folder / "log")
    with read([str(folder / "made")], timezone=setting.timezone) as reading:
        open_store(url, create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    with open_log(url) as log:
        asked = {name: find_measure(name)(log, by="day", as_of=setting.last_day) for name in WATCHED}
        return {name: (answer.rows, answer.unit) for name, answer in asked.items()}


def alarms(found: dict[str, tuple[list[Row], str]], days: list[date]) -> Iterator[tuple[date, list[Moved]]]:
    """Each alarm with the day on which it opened, as they would have opened day by day."""
    opened: list[dict[str, Moved]] = []
    for day in days:
        scores = {}
        for name, (rows, unit) in found.items():
            band = newest([row for row in rows if row["period"] <= day], unit, "day")
            if band:
                scores[name] = band
        opened = [each for each in opened if any(abs(scores[n].score) >= BACK for n in each if n in scores)]
        held = {name: move for each in opened for name, move in each.items()}
        fresh = [Moved(name, band.score) for name, band in scores.items() if band.is_out and name not in held]
        for group in causes(fresh):
            home = next((each for each in opened if any(is_related(a, b) for a in each.values() for b in group)), None)
            if home is None:
                home = {}
                opened.append(home)
                yield day, group
            home.update({move.measure: move for move in group})


def is_planted(setting: Setting, day: date, group: list[Moved]) -> bool:
    """Whether an event of the preset explains an alarm."""
    first = setting.last_day - timedelta(days=setting.days - 1)
    for event in setting.preset.events:
        begins = first + timedelta(days=round(event.begins * setting.days))
        if event.month:
            begins = date(day.year if day.month >= event.month else day.year - 1, event.month, 1)
        # A queue ends as it began: with a jump, that is an alarm too.
        is_then = begins <= day <= begins + timedelta(days=event.days) + AFTER
        if is_then and any(move.measure in MOVED_BY.get(event.experience, ()) for move in group):
            return True
    return False


def jumps(found: dict[str, tuple[list[Row], str]], days: list[date]) -> Iterator[tuple[str, float, bool]]:
    """Each planted jump, and whether it was found."""
    for name, factors in PLANTED.items():
        rows, unit = found[name]
        for factor in factors:
            for begun in days[::MONTH]:
                last = begun + timedelta(days=FOUND)
                planted = [
                    times(row, factor) if row["period"] >= begun else row for row in rows if row["period"] < last
                ]
                bands = (newest(planted[: len(planted) - back], unit, "day") for back in range(FOUND))
                is_found = any(band is not None and band.is_out and (band.score > 0) == (factor > 1) for band in bands)
                yield name, factor, is_found


def times(row: Row, factor: float) -> Row:
    """A row whose value and interval are so many times as high."""
    return row | {key: row[key] * factor for key in ("value", "low", "high") if row.get(key) is not None}


def main() -> None:
    """Print both rates."""
    parser = argparse.ArgumentParser(description="How often alarms ring for nothing, and how soon for something.")
    parser.add_argument("--preset", default="shop")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--quarters", type=int, default=4)
    options = parser.parse_args()
    false, true, hits = 0, 0, dict[tuple[str, float], list[bool]]()
    for seed in options.seeds:
        setting = Setting(load_preset(options.preset), customers=options.customers, months=options.months, seed=seed)
        with tempfile.TemporaryDirectory() as folder:
            found = courses(setting, Path(folder))
        days = [setting.last_day - timedelta(days=back) for back in range(QUARTER * options.quarters)][::-1]
        for day, group in alarms(found, days):
            told = is_planted(setting, day, group)
            true, false = true + told, false + (not told)
            words = ", ".join(f"{move.measure} {move.score:+.1f}" for move in group)
            print(f"seed {seed}  {day}  {'planted by the preset' if told else 'false'}: {words}")
        for name, factor, is_found in jumps(found, days[: -FOUND - 1]):
            hits.setdefault((name, factor), []).append(is_found)
    quarters = options.quarters * len(options.seeds)
    print(f"\nfalse alarms: {false} in {quarters} quarters, {false / quarters:.2f} a quarter (bar: 1)")
    print(f"alarms that the preset's own events explain: {true}")
    for (name, factor), each in hits.items():
        print(f"planted: {name} x {factor:g}: found within {FOUND} days {sum(each)} of {len(each)}")
    everything = [hit for each in hits.values() for hit in each]
    print(f"planted: all: {sum(everything)} of {len(everything)} ({sum(everything) / len(everything):.0%})")


if __name__ == "__main__":
    main()
