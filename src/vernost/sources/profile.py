"""What the cells of a raw table look like, by its first rows; columns that these leave in doubt are read whole."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vernost.sources.cells import FALSE, NOTHING, TRUE, cleaned_sql
from vernost.sources.dates import DateLook, DateOrder, look_at_dates, order_evidence_sql
from vernost.sources.numbers import DecimalSign, NumberLook, decimal_evidence_sql, look_at_numbers
from vernost.sources.source import RawTable
from vernost.sources.staging import quote_name

if TYPE_CHECKING:
    import duckdb

MAX_ROWS, MAX_CELLS = 2_000, 400_000
_NOTHING = frozenset(NOTHING)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,20}")
_FLAG = re.compile("|".join(map(re.escape, (*TRUE, *FALSE))), re.IGNORECASE)
_CODE = re.compile(r"#?[A-Za-zА-Яа-я]{0,6}[-_/ ]?\d[\w/-]*(\.0+)?")


@dataclass
class Profile:
    """The first rows of a raw table and what they tell.

    Attributes:
        raw: the table.
        types: type of each column in the staging engine.
        rows: cells as trimmed text, None where nothing is written.
    """

    raw: RawTable
    types: dict[str, str]
    rows: list[tuple[str | None, ...]]
    _dates: dict[str, DateLook] = field(default_factory=dict)
    _numbers: dict[str, NumberLook] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places = {name: place for place, name in enumerate(self.raw.columns)}

    def column(self, name: str) -> list[str | None]:
        """Its cells, row by row."""
        place = self._places[name]
        return [row[place] for row in self.rows]

    def cells(self, name: str) -> list[str]:
        """What is written in it."""
        return [cell for cell in self.column(name) if cell is not None]

    def dates(self, name: str) -> DateLook:
        """How it looks, read as dates."""
        if name not in self._dates:
            self._dates[name] = look_at_dates(self.cells(name))
        return self._dates[name]

    def numbers(self, name: str) -> NumberLook:
        """How it looks, read as numbers."""
        if name not in self._numbers:
            self._numbers[name] = look_at_numbers(self.cells(name))
        return self._numbers[name]

    def share_of(self, name: str, look: str) -> float:
        """Share of its cells that look like an ``email``, a ``phone``, a ``code`` or a ``flag``; 1 when it is blank."""
        pattern = {"email": _EMAIL, "phone": _PHONE, "code": _CODE, "flag": _FLAG}[look]
        cells = self.cells(name)
        return sum(pattern.fullmatch(cell) is not None for cell in cells) / len(cells) if cells else 1.0

    def repeats(self, name: str) -> float:
        """Share of its cells that stood in a row before, in large or small letters."""
        cells = [cell.casefold() for cell in self.cells(name)]
        return 1 - len(set(cells)) / len(cells) if cells else 0.0


def profile(connection: "duckdb.DuckDBPyConnection", raw: RawTable) -> Profile:
    """Look at the first rows of a raw table."""
    relation = quote_name(raw.relation)
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    if not raw.columns:
        return Profile(raw, types, [])
    cells = [
        quote_name(name) if types[name] == "VARCHAR" else cleaned_sql(quote_name(name), types[name])
        for name in raw.columns
    ]
    limit = max(50, min(MAX_ROWS, MAX_CELLS // len(cells)))
    rows = connection.execute(f"SELECT {', '.join(cells)} FROM {relation} LIMIT {limit}").fetchall()  # noqa: S608
    return Profile(raw, types, [tuple(map(_clean, row)) for row in rows])


def _clean(cell: object) -> str | None:
    if cell is None:
        return None
    text = str(cell).strip()
    return None if text in _NOTHING else text


def whole_date_order(connection: "duckdb.DuckDBPyConnection", raw: RawTable, column: str) -> DateOrder | None:
    """What comes first in the dates of a column, by all its cells; None when not even they tell."""
    firsts, seconds = _whole(connection, raw, order_evidence_sql(quote_name(column)))
    if firsts == seconds == 0:
        return None
    return "day_first" if firsts >= seconds else "month_first"


def whole_decimal(connection: "duckdb.DuckDBPyConnection", raw: RawTable, column: str) -> DecimalSign | None:
    """The decimal sign of a column, by all its cells; None when not even they tell."""
    commas, points = _whole(connection, raw, decimal_evidence_sql(quote_name(column)))
    if commas == points == 0:
        return None
    return "," if commas > points else "."


def _whole(connection: "duckdb.DuckDBPyConnection", raw: RawTable, aggregates: tuple[str, str]) -> tuple[int, int]:
    query = f"SELECT {', '.join(aggregates)} FROM {quote_name(raw.relation)}"  # noqa: S608  # names are quoted
    row = connection.execute(query).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))
