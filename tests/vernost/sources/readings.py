"""What a reading holds, for tests to look at."""

import datetime as dt

from vernost.sources.source import Reading

Rows = list[dict[str, object]]


def rows_of(reading: Reading, table: str, *, order: str = "_row") -> Rows:
    """All rows of a table of a reading, or those that were rejected."""
    relation = reading.tables.get(table) or (reading.rejected if table == "rejected" else None)
    assert relation is not None, f"{table} is not in {list(reading.tables)}"
    found = reading.connection.execute(f'SELECT * FROM "{relation}" ORDER BY {order}')  # noqa: S608
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def some(rows: Rows, *names: str) -> list[tuple[object, ...]]:
    """Those columns alone."""
    return [tuple(row[name] for name in names) for row in rows]


def day(text: str) -> dt.datetime:
    """An instant in UTC without a zone, as the log keeps it."""
    return dt.datetime.fromisoformat(text)
