"""How long customers are silent between sales, and when a silence is a lapse."""

from fractions import Fraction

from tests.oracle.quantiles import SHOWN, quantile, quantile_rows
from tests.oracle.survivors import Survivors, survivors
from tests.oracle.world import Expected, Fact, Key, Row, World, grouped, in_order


def sales_of(world: World) -> dict[str, list[Fact]]:
    """Known customers with all their sales by ``as_of``, in the order of time."""
    world.need("orders")
    return grouped((row["customer_id"], row) for row in world.sales() if row["customer_id"])


def silences(world: World) -> list[Fact]:
    """Each sale begins a silence, to the customer's next sale or, open, to ``as_of``."""
    found = []
    for customer, sales in sales_of(world).items():
        for sale, later in zip(sales, [*sales[1:], None], strict=True):
            day, until = world.day(sale["ordered_at"]), world.day(later["ordered_at"]) if later else world.as_of
            found.append(sale | {"customer_id": customer, "days": (until - day).days, "later": later})
    return found


def order_gaps(world: World, by_order: bool = False) -> Expected:
    """Quantiles of the days between consecutive sales, by the sale that ends each; cuts by the one that begins it."""
    rows = [row | {"number": number} for row, number in zip(silences(world), _numbers(world), strict=True)]
    closed = [row for row in rows if row["later"] and world.in_window([row["later"]], "ordered_at")]

    def key(row: Fact) -> Key:
        return (*((world.period(row["later"]["ordered_at"]),) if world.question.by else ()), *world.cut(row))

    who = world.listed([(key(row), row["customer_id"], True) for row in closed], "orders")
    if not by_order:
        return Expected(quantile_rows(world, grouped((key(row), row) for row in closed), "days"), who)
    by_number = grouped(((*key(row), row["number"]), row["days"]) for row in closed)
    found = []
    for (*head, number), gaps in by_number.items():
        for row in world.rows({tuple(head): {}}, {}, "orders"):
            if world.question.by is None or row["period"] == head[0]:
                found += [
                    row
                    | {
                        "order_number": number,
                        "quantile": share,
                        "value": quantile(gaps, share),
                        "denominator": len(gaps),
                    }
                    for share in SHOWN
                ]
    return Expected(along_axis(world, found, "order_number", "quantile"), who)


def _numbers(world: World) -> list[int]:
    return [number for sales in sales_of(world).values() for number in range(1, len(sales) + 1)]


def along_axis(world: World, rows: list[Row], *axis: str) -> list[Row]:
    """Rows in the order of periods, then of the cuts, then of the axis; without periods there is no such column."""
    names = (*(("period",) if world.question.by else ()), *world.question.cut, *axis)
    rows = sorted(rows, key=lambda row: in_order(tuple(row[name] for name in names)))
    return rows if world.question.by else [{name: row[name] for name in row if name != "period"} for row in rows]


def begun(world: World) -> dict[Key, list[Fact]]:
    """Silences by the period (or in the window) and the cuts of the sale that began them."""
    return grouped((world.key(row), row) for row in world.in_window(silences(world), "ordered_at"))


def curve(rows: list[Fact]) -> Survivors:
    return survivors((row["days"], row["later"] is not None) for row in rows)


def return_curve(world: World) -> Expected:
    """Share of silences over within so many days: 1 - S."""
    found = []
    for key, rows in begun(world).items():
        for head in world.rows({key: {}}, {}, "orders"):
            if world.question.by is None or head["period"] == key[0]:
                found += [head | _returned(row) for row in curve(rows).rows()]
    return Expected(along_axis(world, found, "days"), _behind(world))


def _returned(row: Row) -> Row:
    low, high = row["low"], row["high"]
    return {
        "days": row["time"],
        "at_risk": row["at_risk"],
        "events": row["events"],
        "value": 1 - row["value"],
        "low": None if high is None else 1 - high,
        "high": None if low is None else 1 - low,
    }


def _behind(world: World) -> list[Key]:
    people = [(key, row["customer_id"], row["later"] is not None) for key, rows in begun(world).items() for row in rows]
    return world.listed(people, "orders")


def lapse_window(world: World, returning_share: float = 0.1) -> Expected:
    """Smallest whole w with 1 - S(end) / S(w) < 10 %; unstable when nothing ended or it is late in what was seen."""
    found = {key: _window(curve(rows), returning_share) for key, rows in begun(world).items()}
    empty = _window(curve([]), returning_share)
    rows = world.rows(found, empty if world.question.by is None else empty | {"unstable": None}, "orders")
    return Expected(rows, _behind(world))


def _window(silent: Survivors, returning_share: float) -> Row:
    value = silent.lapse_window(Fraction(str(returning_share)))
    nobody = not any(is_over for _, is_over in silent.lives)
    return {
        "value": value,
        "low": None,
        "high": None,
        "unstable": value is None or nobody or value > Fraction(3, 4) * (silent.end or 0),
        "longest_days": silent.end,
        "denominator": len(silent.lives),
        **{f"at_{percent}": silent.lapse_window(Fraction(percent, 100)) for percent in (5, 10, 15, 20)},
    }
