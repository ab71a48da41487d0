"""How a text file is cut into cells: its delimiter, its quotes, its header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vernost.sources.staging import unique_names

BLANKS = " "
"""Stands for 'any run of blanks' as a delimiter."""

NO_DELIMITER = "\x1f"
"""The delimiter of a file with one column: a sign that no text has."""

_DELIMITERS = (";", "\t", "|", ",")
_MAX_LINES = 1000
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "—"})
_NUMBER = re.compile(r"[-+(]?[$€£₽]?\s?\d[\d\s\u00a0\u202f.,]*(e[-+]?\d+)?\s?[%$€£₽)]?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_YEAR = re.compile(r"(19|20)\d\d([-./](0?[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is cut.

    Attributes:
        delimiter: what stands between cells; ``BLANKS`` for aligned columns, ``NO_DELIMITER`` for a single column.
        quote: the sign around cells that hold delimiters, or '' when none is used.
        escape: what stands before a quote within quotes: the quote itself or a backslash.
        names: unique names of the columns.
        above: how many lines stand above the first record: titles and the header.
    """

    delimiter: str
    quote: str
    escape: str
    names: tuple[str, ...]
    above: int


def sniff(head: str, *, is_whole: bool) -> Dialect:
    """Find the dialect from the beginning of a file.

    Args:
        head: its beginning, its lines ended by newlines alone.
        is_whole: whether that is the whole file.
    """
    lines = head.split("\n")
    if not is_whole and len(lines) > 1:
        lines.pop()
    hint = re.fullmatch(r"sep=(.)", lines[0].strip(" \r"), re.IGNORECASE) if lines else None
    first = 1 if hint or lines[:1] == ["sep=\t"] else 0
    sample = lines[first : first + _MAX_LINES]
    delimiter = (hint.group(1) if hint else "\t") if first else _delimiter(sample)
    quote = "" if delimiter == BLANKS else '"'
    escape = _escape(sample, delimiter) if quote else ""
    records = _records(sample, delimiter, quote, escape)
    names, above = _header(records)
    return Dialect(delimiter, quote, escape, names, first + above)


def looks_like_header(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells name the columns of the rows below them, rather than being such a row themselves."""
    if not any(cell.strip() for cell in cells):
        return False
    votes = 0
    for place, cell in enumerate(cells):
        below = [row[place].strip() for row in rows if place < len(row)]
        below = [value for value in below if value.lower() not in _MISSING]
        votes += _vote(cell.strip(), below)
    return votes >= 0


def _vote(cell: str, below: Sequence[str]) -> int:
    """+1: a word above values; -1: a value among values; 0: no sign."""
    if cell.lower() in _MISSING:
        return 0
    if not below:
        return -1 if is_value(cell) else 0
    typed = sum(map(is_value, below))
    if typed < 0.8 * len(below):
        return 0
    if not is_value(cell):
        return 1
    # '2023' above sums of that year is a name.
    if _YEAR.fullmatch(cell) and not all(_YEAR.fullmatch(value) for value in below):
        return 0
    return -1


def is_value(cell: str) -> bool:
    """Whether the cell is a number or a date, as no column is called.

    >>> [is_value(cell) for cell in ("1 234,50 ₽", "01.02.2024 10:00", "order 5", "Q1")]
    [True, True, False, False]
    """
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def _delimiter(lines: Sequence[str]) -> str:
    best, best_score = NO_DELIMITER, 0.0
    for delimiter in _DELIMITERS:
        score = _regularity(_records(lines, delimiter, '"', '"'))
        # Earlier ones win a tie: a comma within ';' is a decimal one.
        if score > best_score:
            best, best_score = delimiter, score
    if best_score < 0.5 and _is_aligned(lines):
        return BLANKS
    if best == "," and _has_decimal_commas_only(lines) and _is_aligned(lines):
        return BLANKS
    return best


def _regularity(records: Sequence[tuple[int, list[str]]]) -> float:
    """Share of records with the usual number of cells, 0 when that is one; less when the first record disagrees."""
    counts = Counter(len(cells) for _, cells in records)
    if not counts:
        return 0.0
    usual, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    if usual < 2:
        return 0.0
    share = times / len(records)
    return share if len(records[0][1]) == usual else share * 0.9 - 0.05


def _is_aligned(lines: Sequence[str]) -> bool:
    rows = [line for line in lines if line.strip()]
    if not rows:
        return False
    counts = Counter(len(line.split()) for line in rows)
    usual, times = counts.most_common(1)[0]
    if usual < 2 or times < 0.95 * len(rows):
        return False
    # Words of prose have one blank between them and are no values.
    typed = sum(any(map(is_value, line.split())) for line in rows)
    return typed >= 0.8 * (len(rows) - 1) and typed > 0


def _has_decimal_commas_only(lines: Sequence[str]) -> bool:
    spaced = sum("  " in line.strip() for line in lines)
    return spaced > len(lines) / 2 and not any(re.search(r"(?<!\d),|,(?!\d)", line) for line in lines)


def _escape(lines: Sequence[str], delimiter: str) -> str:
    if not any('\\"' in line for line in lines):
        return '"'
    doubled, slashed = (_regularity(_records(lines, delimiter, '"', escape)) for escape in ('"', "\\"))
    return "\\" if slashed > doubled else '"'


def _records(lines: Sequence[str], delimiter: str, quote: str, escape: str) -> list[tuple[int, list[str]]]:
    """Records with the number of the line that each ends at; blank ones are left out."""
    if delimiter == BLANKS:
        return [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
    reader = csv.reader(
        (line + "\n" for line in lines),
        delimiter=delimiter,
        quotechar=quote or None,
        skipinitialspace=bool(quote),
        doublequote=escape == quote,
        escapechar="\\" if escape == "\\" else None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    records: list[tuple[int, list[str]]] = []
    try:
        records.extend(
            (reader.line_num, cells) for cells in reader if len(cells) > 1 or any(cell.strip() for cell in cells)
        )
    except csv.Error:  # a cell longer than the csv module takes: what came before it must do
        return records
    if len(records) > 1 and records[-1][0] > records[-2][0] + 1:
        records.pop()  # a quote that is never closed takes in all that follows
    return records


def _header(records: Sequence[tuple[int, list[str]]]) -> tuple[tuple[str, ...], int]:
    if not records:
        return (), 0
    counts = Counter(len(cells) for _, cells in records)
    width, _ = max(counts.items(), key=lambda item: (item[1], item[0]))
    first = 0
    while first < len(records) - 1 and _is_title(records[first][1], width):
        first += 1
    end, cells = records[first]
    rows = [row for _, row in records[first + 1 : first + 1 + _MAX_LINES] if len(row) == width]
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if not looks_like_header(cells, rows):
        # A title above values without a header is no title but a short record.
        return unique_names([""] * width), 0
    # Lines that end with a delimiter have one cell more than the header names.
    return unique_names([*cells, *[""] * (width - len(cells))]), end


def _is_title(cells: Sequence[str], width: int) -> bool:
    return width > 2 and sum(1 for cell in cells if cell.strip()) <= 1 and len(cells) < width
