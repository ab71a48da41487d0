"""Python values, as workbooks and databases give them, become typed columns in the staging engine, batch by batch.

A column starts with the type of its first values and widens when later ones do not fit: whole numbers to decimals,
dates to times, and what has no other type in common to text.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from vernost.sources.staging import LINE, quote_name

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_BATCH_CELLS = 400_000
_MAX_DIGITS = 38
_INT64 = range(-(2**63), 2**63)
_EXACT_FLOAT = 2.0**53


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of a column are; ``scale`` is digits after the point of a decimal, ``whole`` those before it."""

    name: str
    whole: int = 0
    scale: int = 0

    @property
    def sql(self) -> str:
        """Its type in DuckDB."""
        if self.name == "decimal":
            return f"DECIMAL({_MAX_DIGITS}, {self.scale})"
        return _SQL_TYPES[self.name]


_SQL_TYPES = {
    "null": "VARCHAR",
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "date": "DATE",
    "clock": "TIMESTAMP",
    "instant": "TIMESTAMPTZ",
    "text": "VARCHAR",
}
_NULL, _TEXT = Kind("null"), Kind("text")


def stage_rows(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    names: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
) -> None:
    """Make the table ``relation`` of rows, each given with its line; short rows are filled with nulls."""
    table = _Table(connection, relation, names)
    ahead = iter(rows)
    size = max(_BATCH_CELLS // max(len(names), 1), 100)
    while batch := list(islice(ahead, size)):
        table.append(batch)


class _Table:
    def __init__(self, connection: "duckdb.DuckDBPyConnection", relation: str, names: Sequence[str]) -> None:
        self._connection, self._relation, self._names = connection, relation, names
        self._kinds = [_NULL] * len(names)
        columns = ", ".join(f"{quote_name(name)} VARCHAR" for name in names)
        connection.execute(f"CREATE TABLE {quote_name(relation)} ({columns}, {LINE} BIGINT)")

    def append(self, batch: Sequence[tuple[int, Sequence[Any]]]) -> None:
        import pyarrow as pa

        arrays = []
        for place, name in enumerate(self._names):
            values, kind = plain_column([row[place] if place < len(row) else None for _, row in batch])
            kind = wider(self._kinds[place], kind)
            self._widen(place, name, kind)
            arrays.append(_array(values, kind))
        arrays.append(pa.array([line for line, _ in batch], pa.int64()))
        columns = [f"c{place}" for place in range(len(arrays))]
        self._connection.register("cell_batch", pa.table(arrays, names=columns))
        self._connection.execute(
            f"INSERT INTO {quote_name(self._relation)} SELECT {', '.join(columns)} FROM cell_batch"  # noqa: S608
        )
        self._connection.unregister("cell_batch")

    def _widen(self, place: int, name: str, kind: Kind) -> None:
        old = self._kinds[place]
        self._kinds[place] = kind
        if old.sql == kind.sql:
            return
        column = quote_name(name)
        using = _text_sql(column, old) if kind is _TEXT else f"CAST({column} AS {kind.sql})"
        self._connection.execute(
            f"ALTER TABLE {quote_name(self._relation)} ALTER COLUMN {column} TYPE {kind.sql} USING {using}"
        )


def plain_column(values: Sequence[Any]) -> tuple[list[Any], Kind]:
    """Plain values of a column and the kind that holds them all.

    >>> plain_column([1.0, None, 2.5])
    ([1, None, 2.5], Kind(name='float', whole=0, scale=0))
    """
    types = set(map(type, values)) - {type(None)}
    # Most columns are of one type, and then need no look at each value.
    if types == {str}:
        return [value or None for value in values], _TEXT
    if types == {int}:
        whole = [value for value in values if value is not None]
        if min(whole) in _INT64 and max(whole) in _INT64:
            return list(values), _KINDS[int]
    plain = [plain_value(value) for value in values]
    kind = _NULL
    for one in sorted(set(map(kind_of, plain)), key=str):
        kind = wider(kind, one)
    return plain, kind


def plain_value(value: Any) -> Any:
    """A value of a kind that has a column type; anything else becomes text.

    >>> plain_value(17850.0), plain_value(""), plain_value({"a": 1}), plain_value(bytes([255, 0]))
    (17850, None, '{"a": 1}', 'ff00')
    """
    if value is None or isinstance(value, str | bool | int | datetime | date):
        return (value or None) if isinstance(value, str) else value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT_FLOAT else value
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes_text(bytes(value))
    return _other_text(value)


def _bytes_text(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
    return text if text.isprintable() else value.hex()


def _other_text(value: Any) -> str:
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def kind_of(value: Any) -> Kind:
    """The kind of one plain value."""
    if isinstance(value, Decimal):
        return _decimal_kind(value)
    if isinstance(value, datetime):
        return Kind("clock") if value.tzinfo is None else Kind("instant")
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT64:
        return _decimal_kind(Decimal(value))
    return _KINDS.get(type(value), _TEXT)


_KINDS = {
    type(None): _NULL,
    bool: Kind("boolean"),
    int: Kind("integer", whole=19),
    float: Kind("float"),
    date: Kind("date"),
    str: _TEXT,
}


def _decimal_kind(value: Decimal) -> Kind:
    _, digits, exponent = value.as_tuple()
    scale = max(-int(exponent), 0)
    whole = max(len(digits) + int(exponent), 1)
    return Kind("decimal", whole, scale) if whole + scale <= _MAX_DIGITS else _TEXT


def wider(one: Kind, other: Kind) -> Kind:
    """The narrowest kind that holds values of both without loss.

    >>> wider(Kind("integer", 19), Kind("float")).name, wider(Kind("date"), Kind("clock")).name
    ('float', 'clock')
    >>> wider(Kind("integer", 19), Kind("text")).name
    'text'
    """
    if one == other or other.name == "null":
        return one
    if one.name == "null":
        return other
    names = {one.name, other.name}
    if names <= {"integer", "decimal"}:
        whole, scale = max(one.whole, other.whole), max(one.scale, other.scale)
        return Kind("decimal", whole, scale) if whole + scale <= _MAX_DIGITS else _TEXT
    if names <= {"integer", "float", "decimal"}:
        return Kind("float")
    if names == {"date", "clock"}:
        return Kind("clock")
    return _TEXT


def _array(values: Sequence[Any], kind: Kind) -> "pa.Array":
    import pyarrow as pa

    if kind.name in ("text", "null"):
        return pa.array([value_text(value) for value in values], pa.string())
    if kind.name == "decimal":
        whole = pa.decimal128(_MAX_DIGITS, kind.scale)
        return pa.array([None if value is None else Decimal(value) for value in values], whole)
    if kind.name == "float":
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kind.name == "clock":
        return pa.array([_midnight(value) for value in values], pa.timestamp("us"))
    types = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }
    return pa.array(values, types[kind.name])


def _midnight(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the clock of the source
    return value


def value_text(value: Any) -> str | None:
    """A plain value as a person would write it in a text file.

    >>> value_text(datetime(2024, 1, 2)), value_text(True), value_text(12.5)
    ('2024-01-02', 'true', '12.5')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        text = value.isoformat(" ")
        return text.removesuffix(" 00:00:00")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _text_sql(column: str, kind: Kind) -> str:
    """What ``value_text`` does, for values that are staged already."""
    text = f"CAST({column} AS VARCHAR)"
    if kind.name == "float":
        whole = f"{column} = trunc({column}) AND abs({column}) < {_EXACT_FLOAT:.0f}"
        return f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
    if kind.name == "decimal":
        return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
    if kind.name == "clock":
        return f"regexp_replace({text}, ' 00:00:00$', '')"
    if kind.name == "instant":
        return f"regexp_replace({text}, '[+]00$', '+00:00')"
    return text
