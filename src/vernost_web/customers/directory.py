"""The directory brought up to what the log says: only rows that differ are written, and few at a time."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import Count
from django.utils import timezone

from vernost_web.company.queries import company
from vernost_web.customers import gathering
from vernost_web.customers.models import Customer, Stand
from vernost_web.customers.rows import FIELDS, dressed, print_of
from vernost_web.data.queries import load_number, reading, store
from vernost_web.jobs.kinds import Run

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.store import LoadRecord
    from vernost.store.log import Log

SPELLING = 1
"""Raised when rows are spelled anew, so that all are written again."""

PAUSE = 0.01
"""Seconds between pieces in which others may write."""

FILTERED = ("city", "channel", "segment", "manager", "band", "is_business")
"""Columns whose values are counted, and by which a list is filtered."""

MOST_VALUES = 300
"""Values of a column that are counted: the most frequent."""


def stand() -> Stand:
    """Which state of the log the directory shows."""
    return Stand.objects.filter(pk=1).first() or Stand(pk=1)


def is_behind(now: Stand | None = None) -> bool:
    """Whether the log holds newer loads than the directory shows."""
    return load_number() not in {0, (now or stand()).load}


def gather(run: Run) -> dict[str, int]:
    """Bring the directory up to the newest state of the log; repeated, it goes on where it was left.

    Returns:
        How many rows were looked at, written and removed.
    """
    run.tell(0)
    before, zone = stand(), company().timezone
    basis = f"{SPELLING} {zone}"
    with reading() as log:
        since = _since(before, log.load_count) if before.basis == basis else None
        expected = max(before.customers, log.extents().get("customers", (0,))[0]) if since is None else 0
        looked = written = 0
        for piece in gathering.pieces(log, since=since):
            looked, written = looked + len(piece), written + _brought(piece, basis, zone)
            run.tell(0.95 * min(looked / max(expected, 1), 1.0))
        removed = 0 if since else _removed(log)
        _stand_at(log.load_count, basis)
    return {"looked": looked, "written": written, "removed": removed}


def _since(before: Stand, load: int) -> datetime | None:
    """The instant after which all that is new was loaded; None where more has changed than new rows tell of.

    A replaced order may have left another customer, an undone load and a merge leave nothing that is newer.
    """
    if not before.load or before.loaded_at is None:
        return None
    later = [each for each in store().loads() if before.load < each.load_id <= load]
    return before.loaded_at.astimezone(UTC).replace(tzinfo=None) if later and all(map(_only_adds, later)) else None


def _only_adds(record: "LoadRecord") -> bool:
    return record.kind == "load" and all(
        tally.table in gathering.ADDING and (tally.table == "customers" or not tally.replaced)
        for tally in record.tallies
    )


def _brought(piece: Sequence[gathering.Row], basis: str, zone: str) -> int:
    """Write those rows of a piece that differ; how many did."""
    marks = {row["customer_id"]: print_of(row, basis) for row in piece}
    known: dict[str, int] = dict(
        Customer.objects.filter(customer_id__in=list(marks)).values_list("customer_id", "print")
    )
    differing = [row for row in piece if known.get(row["customer_id"]) != marks[row["customer_id"]]]
    if differing:
        _write([dressed(row, marks[row["customer_id"]], zone) for row in differing])
        time.sleep(PAUSE)
    return len(differing)


def _write(rows: Sequence[dict[str, Any]]) -> None:
    """Add rows, or write them over those of the same ids: in SQL, without an object for each."""
    quote = connection.ops.quote_name
    names = [quote(field.attname) for field in FIELDS]
    sql = (
        f"INSERT INTO {quote('customers_customer')} ({', '.join(names)})"  # noqa: S608 - names of our own
        f" VALUES ({', '.join(['%s'] * len(names))}) ON CONFLICT ({quote('customer_id')})"
        f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}"
    )
    columns = [(field.attname, _ADAPTED.get(type(field), _as_it_is)) for field in FIELDS]
    given = [[adapted(connection.ops, row[name]) for name, adapted in columns] for row in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, given)


def _as_it_is(ops: Any, value: Any) -> Any:
    return value


_ADAPTED: Mapping[type, Callable[[Any, Any], Any]] = {
    models.DateTimeField: lambda ops, value: ops.adapt_datetimefield_value(value),
    models.DateField: lambda ops, value: ops.adapt_datefield_value(value),
}
"""What the database keeps in a way of its own."""


def _removed(log: "Log") -> int:
    """Take those out of the directory of whom the log knows nothing any more; how many that were."""
    import pyarrow.compute as pc

    listed = _listed()
    gone = listed.filter(pc.invert(pc.is_in(listed["customer_id"], value_set=_known(log))))
    found = gone["id"].to_pylist()
    for place in range(0, len(found), gathering.PIECE):
        Customer.objects.filter(pk__in=found[place : place + gathering.PIECE]).delete()
        time.sleep(PAUSE)
    return len(found)


def _known(log: "Log") -> "pa.Array":
    import pyarrow as pa

    found = log.fetch(gathering.ids(log))["customer_id"]
    return pa.array([gathering.listed_id(each.as_py()) for each in found], pa.string())


def _listed() -> "pa.Table":
    import pyarrow as pa

    rows: Iterable[tuple[int, str]] = Customer.objects.values_list("pk", "customer_id").iterator(chunk_size=50_000)
    pks, ids = zip(*rows, strict=True) if Customer.objects.exists() else ((), ())
    return pa.table({"id": pa.array(pks, pa.int64()), "customer_id": pa.array(ids, pa.string())})


def _stand_at(load: int, basis: str) -> None:
    loaded = [each.loaded_at.replace(tzinfo=UTC) for each in store().loads() if each.load_id == load]
    Stand.objects.update_or_create(
        pk=1,
        defaults={
            "load": load,
            "loaded_at": next(iter(loaded), None),
            "gathered_at": timezone.now(),
            "customers": Customer.objects.count(),
            "values": {name: _counted(name) for name in FILTERED},
            "basis": basis,
        },
    )


def _counted(column: str) -> dict[str, int]:
    found = Customer.objects.values_list(column).annotate(count=Count("pk")).order_by("-count")[:MOST_VALUES]
    return {str(value): count for value, count in found if value not in {None, ""}}
