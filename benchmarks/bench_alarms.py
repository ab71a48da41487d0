r"""How often alarms ring for nothing, and how soon they ring for something.

    python benchmarks/bench_alarms.py [--preset shop] [--customers 10_000] [--seeds 1 2 3] [--quarters 4] \
        [--watches orders revenue]

For each seed a company is made up and loaded. Each day of the last quarters is judged by what was known at its end: a
parcel that has not come yet is not late yet. Moves are put together by cause, as the application does after a load.

What the made-up company itself plants (late deliveries each December, a queue in support) is told by its preset; an
alarm on the measures that such an event moves, within it or a fortnight after, is no false one. All others are.

Jumps are planted into the rows of the company, where they would happen: orders that are not there or there twice,
replies that come later. Each lasts seven days and begins a month after the one before; every watch that reads those
rows moves with it. Found means that one of them goes out of its band, the right way, within the seven days; one that
was out the day before does not count.
"""

import argparse
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from vernost.errors import MissingFacts
from vernost.measure import find_measure
from vernost.measure.band import BACK, WEEK, Band, newest
from vernost.measure.causes import Moved, causes, is_related
from vernost.measure.hindsight import RIPENING, without_hindsight
from vernost.measure.periods import Grain
from vernost.sources import read
from vernost.sources.synthetic import Setting, load_preset, simulate
from vernost.store import Log, open_log, open_store

WATCHES = Path(__file__).parent.parent / "src" / "vernost_web" / "alerts" / "watches.toml"
WATCHED = {name: by for by, names in tomllib.loads(WATCHES.read_text("utf-8")).items() for name in names}
"""The standard watches, with the length of their periods."""

MOVED_BY = {
    "late_delivery": {"late_delivery_rate"},
    "no_reply": {"first_reply_time", "unanswered_24h_rate", "backlog"},
    "bad_interface": {"backlog"},
    "high_price": {"aov", "revenue"},
}
"""Measures that a planted event of a preset moves."""

TABLES = ("customers", "orders", "tickets", "reviews", "answers")
"""What the watches read, of a company without contracts."""

QUARTER, MONTH, AFTER = 91, 30, timedelta(days=14)
Row = dict[str, Any]


@dataclass(frozen=True)
class Jump:
    """What happens to the rows of a week.

    Attributes:
        name: what is printed.
        moves: measures that it moves, all the same way.
        way: up or down.
        tables: the tables that change, as queries; ``is_planted(moment)`` says whether an instant is in the week.
    """

    name: str
    moves: tuple[str, ...]
    way: str
    tables: dict[str, str]


ORDERED = ("orders", "revenue", "active_customers", "new_customers")
WAITED = ("first_reply_time", "unanswered_24h_rate", "backlog")
NEWCOMERS = "(from orders select customer_id group by all having is_planted(min(ordered_at) filter (kind = 'sale')))"
HALF = "hash({}) % 2 = 0"
JUMPS = (
    Jump("orders halved", ORDERED, "down", {
        "orders": f"from orders where not (is_planted(ordered_at) and {HALF.format('order_id')})"}),
    Jump("orders doubled", ORDERED, "up", {
        "orders": "from orders union all by name from orders select * replace (order_id || '-2' as order_id) "
                  "where is_planted(ordered_at) and kind = 'sale'"}),
    Jump("active customers halved", ORDERED, "down", {
        "orders": f"from orders where not (is_planted(ordered_at) and {HALF.format('customer_id')})"}),
    Jump("active customers doubled", ORDERED, "up", {
        "orders": "from orders union all by name from orders select * replace (order_id || '-2' as order_id, "
                  "'c' || lpad(cast(cast(substr(customer_id, 2) as int) // 2 + 1 as text), 7, '0') as customer_id) "
                  "where is_planted(ordered_at) and kind = 'sale'"}),
    Jump("newcomers halved", ORDERED, "down", {
        "orders": f"from orders where not (customer_id in {NEWCOMERS} and {HALF.format('customer_id')})"}),
    Jump("newcomers doubled", ORDERED, "up", {
        "orders": "from orders union all by name from orders select * replace (order_id || '-2' as order_id, "
                  f"customer_id || '-2' as customer_id) where customer_id in {NEWCOMERS}",
        "customers": "from customers union all by name from customers select * replace "
                     f"(customer_id || '-2' as customer_id) where customer_id in {NEWCOMERS}"}),
    Jump("prices halved", ("aov", "revenue"), "down", {
        "orders": "from orders select * replace (if(is_planted(ordered_at), amount / 2, amount) as amount)"}),
    Jump("prices doubled", ("aov", "revenue"), "up", {
        "orders": "from orders select * replace (if(is_planted(ordered_at), amount * 2, amount) as amount)"}),
    Jump("replies seven times as slow", WAITED, "up", {
        "tickets": "select * exclude (wait) replace (first_reply_at + wait as first_reply_at, resolved_at + wait as "
                   "resolved_at) from (select *, if(is_planted(opened_at), (first_reply_at - opened_at) * 6, "
                   "interval 0 hours) as wait from tickets)"}),
    Jump("half of the requests not answered", WAITED[1:], "up", {
        "tickets": "from tickets select * replace (if(is_planted(opened_at) and hash(ticket_id) % 2 = 0, null, "
                   "first_reply_at) as first_reply_at, if(is_planted(opened_at) and hash(ticket_id) % 2 = 0, null, "
                   "resolved_at) as resolved_at)"}),
    Jump("every fourth parcel two days late", ("late_delivery_rate",), "up", {
        "orders": "from orders select * replace (if(is_planted(ordered_at) and hash(order_id) % 4 = 0, "
                  "greatest(delivered_at, promised_at + interval 2 days), delivered_at) as delivered_at)"}),
)  # fmt: skip


@dataclass
class Company:
    """What is known of a made-up company at the end of each day.

    Attributes:
        log: its facts.
        last_day: of them.
        kept: answers by question.
    """

    log: Log
    last_day: date
    kept: dict[tuple[Any, ...], list[Row]] = field(default_factory=dict)

    def asked(self, name: str, **window: date) -> list[Row]:
        """The periods of a window as they were known on a day; each asked once, none where the log cannot answer."""
        key = (name, *window.values())
        if key not in self.kept:
            try:
                self.kept[key] = find_measure(name)(self.log, by=WATCHED[name], **window).rows
            except MissingFacts:
                self.kept[key] = []
        return self.kept[key]

    def rows(self, name: str, day: date) -> list[Row]:
        """The periods of a watched measure that are over by a day, as the application would see them then."""
        grain = Grain(WATCHED[name])
        rows = self.asked(name, as_of=self.last_day)
        rows = [row for row in rows if grain.last_day(grain.index_of(row["period"])) <= day]
        if name not in RIPENING:
            return rows
        return list(without_hindsight(lambda **window: self.asked(name, **window), rows, grain.value, day))

    def band(self, name: str, day: date) -> Band | None:
        """The band of the last period that is over."""
        return newest(self.rows(name, day), find_measure(name).unit, WATCHED[name])


@dataclass
class Planted(Company):
    """A company with jumps in its days, each beside what was known before it."""

    before: Company = field(kw_only=True)

    def rows(self, name: str, day: date) -> list[Row]:
        """All but the last seven days are those of the company without jumps."""
        seven = self.asked(name, since=day - timedelta(days=WEEK - 1), until=day, as_of=day)
        return self.before.rows(name, day - timedelta(days=WEEK)) + seven


class Workshop:
    """A folder in which a company is made up, and jumps are planted in it."""

    def __init__(self, setting: Setting, folder: Path) -> None:
        self.setting, self.folder = setting, folder
        simulate(setting, folder / "made")

    @cached_property
    def company(self) -> Company:
        """As it is made up."""
        return Company(self._loaded("plain", {}), self.setting.last_day)

    def planted(self, jump: Jump, days: list[date]) -> Planted:
        """The same with a jump in the weeks that begin on some days."""
        weeks = ", ".join(f"date '{day + timedelta(days=place)}'" for day in days for place in range(WEEK))
        macro = f"(moment) as cast(moment at time zone '{self.setting.timezone}' as date) in ({weeks})"
        return Planted(self._loaded(jump.name, jump.tables, macro), self.setting.last_day, before=self.company)

    def _loaded(self, name: str, tables: dict[str, str], macro: str = "(moment) as false") -> Log:
        made, url = self.folder / f"{name} made", str(self.folder / f"{name} log")
        made.mkdir()
        with duckdb.connect() as connection:
            connection.execute(f"create macro is_planted{macro}")
            for table in TABLES:
                connection.execute(f"create view {table} as from '{self.folder}/made/{table}.parquet'")
            for table in TABLES:
                query = tables.get(table, f"from {table}")
                connection.execute(f"copy ({query}) to '{made}/{table}.parquet'")
        with read([str(made)], timezone=self.setting.timezone) as reading:
            open_store(url, create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
        return open_log(url)


def alarms(company: Company, days: list[date], watches: list[str]) -> Iterator[tuple[date, list[Moved]]]:
    """Each alarm of some watches with the day on which it opened, as they would have opened day by day."""
    opened: list[dict[str, Moved]] = []
    for day in days:
        scores = {name: band for name in watches if (band := company.band(name, day))}
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


def is_explained(setting: Setting, day: date, group: list[Moved]) -> bool:
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


def found_on(company: Planted, jump: Jump, begun: date) -> tuple[int, str] | None:
    """On which day of a jump, and by which measure, it is first found; None when it is not."""

    def is_out(band: Band | None) -> bool:
        return band is not None and band.is_out and (band.score > 0) == (jump.way == "up")

    quiet = [name for name in jump.moves if not is_out(company.before.band(name, begun - timedelta(days=1)))]
    for place in range(WEEK):
        for name in quiet:
            if is_out(company.band(name, begun + timedelta(days=place))):
                return place + 1, name
    return None


def main() -> None:
    """Print both rates."""
    parser = argparse.ArgumentParser(description="How often alarms ring for nothing, and how soon for something.")
    parser.add_argument("--preset", default="shop")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--quarters", type=int, default=4)
    parser.add_argument("--watches", nargs="+", choices=[*WATCHED], default=[*WATCHED])
    options = parser.parse_args()
    moved = [replace(jump, moves=tuple(each for each in jump.moves if each in options.watches)) for jump in JUMPS]
    jumps = [jump for jump in moved if jump.moves]
    false, true = 0, 0
    hits: dict[str, list[int | None]] = {jump.name: [] for jump in jumps}
    for seed in options.seeds:
        setting = Setting(load_preset(options.preset), customers=options.customers, months=options.months, seed=seed)
        days = [setting.last_day - timedelta(days=back) for back in range(QUARTER * options.quarters)][::-1]
        with tempfile.TemporaryDirectory() as folder:
            workshop = Workshop(setting, Path(folder))
            for day, group in alarms(workshop.company, days, options.watches):
                told = is_explained(setting, day, group)
                true, false = true + told, false + (not told)
                words = ", ".join(f"{move.measure} {move.score:+.1f}" for move in group)
                print(f"seed {seed}  {day}  {'planted by the preset' if told else 'false'}: {words}", flush=True)
            begins = days[: -WEEK - 1 : MONTH]
            for jump in jumps:
                planted = workshop.planted(jump, begins)
                for begun in begins:
                    found = found_on(planted, jump, begun)
                    hits[jump.name].append(found and found[0])
                    words = f"on day {found[0]} by {found[1]}" if found else "missed"
                    print(f"seed {seed}  {begun}  {jump.name}: {words}", flush=True)
    quarters = options.quarters * len(options.seeds)
    print(f"\nfalse alarms: {false} in {quarters} quarters, {false / quarters:.2f} a quarter (bar: 1)")
    print(f"alarms that the preset's own events explain: {true}")
    for name, each in [*hits.items(), ("all", [day for days in hits.values() for day in days])]:
        known = [day for day in each if day]
        when = f", in the middle on day {median(known):g}" if known else ""
        print(f"planted: {name}: found within {WEEK} days {len(known)} of {len(each)}{when}")


if __name__ == "__main__":
    main()
