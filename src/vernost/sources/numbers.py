"""Numbers and money as people write them: telling the decimal sign of a column, and reading it in SQL."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from vernost.schema import MONEY_PRECISION, MONEY_SCALE
from vernost.sources.staging import quote_text

DecimalSign = Literal[",", "."]

MONEY = f"DECIMAL({MONEY_PRECISION}, {MONEY_SCALE})"
_CLUTTER = (
    r"[\s\x{00a0}\x{202f}\x{2009}'’₽$€£¥₸₴₺+]|руб(лей|ля|ль)?\.?|р\.|^р|р$"
    r"|\b(rub|rur|usd|eur|gbp|uah|kzt|byn|chf|cny)\b"
)
_PYTHON_CLUTTER = re.compile(re.sub(r"\\x\{(\w+)\}", r"\\u\1", _CLUTTER), re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d+(?:[.,]\d+)*[.,]?|[.,]\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class NumberLook:
    """How the cells of a column look, read as numbers.

    Attributes:
        share: share of the cells that are numbers.
        decimal: the decimal sign, None when the cells do not tell.
        is_ambiguous: whether a cell such as ``1,234`` could be both.
        low, high: least and greatest of the numbers, when there are any.
    """

    share: float = 0.0
    decimal: DecimalSign | None = None
    is_ambiguous: bool = False
    low: float | None = None
    high: float | None = None


def look_at_numbers(cells: Collection[str]) -> NumberLook:
    """Tell how the cells of a column are to be read as numbers.

    >>> look_at_numbers(["1 234,50 ₽", "12"]).decimal
    ','
    """
    votes: dict[DecimalSign, int] = {",": 0, ".": 0}
    ambiguous = False
    values = []
    for cell in cells:
        bare = _bare(cell)
        if not _NUMBER.fullmatch(bare):
            continue
        sign = _decimal_of(bare)
        if sign is not None:
            votes[sign] += 1
        else:
            ambiguous = ambiguous or "," in bare or "." in bare
        values.append(_value(bare, sign))
    if not values:
        return NumberLook()
    decimal: DecimalSign | None = None
    if any(votes.values()):
        decimal = "," if votes[","] > votes["."] else "."
    return NumberLook(len(values) / len(cells), decimal, ambiguous and decimal is None, min(values), max(values))


def _bare(cell: str) -> str:
    bare = _PYTHON_CLUTTER.sub("", cell).replace("−", "-")
    if bare.startswith("(") and bare.endswith(")"):
        return "-" + bare[1:-1]
    return "-" + bare[:-1] if bare.endswith("-") else bare


def _decimal_of(number: str) -> DecimalSign | None:
    """The sign that must be the decimal one, None when both or neither could be."""
    commas, points = number.count(","), number.count(".")
    if commas and points:
        return "," if number.rfind(",") > number.rfind(".") else "."
    if commas > 1 or points > 1:
        return "." if commas > 1 else ","
    if commas + points == 0:
        return None
    sign: DecimalSign = "," if commas else "."
    before, _, after = number.lstrip("-").partition(sign)
    is_group = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return None if is_group else sign


def _value(number: str, sign: DecimalSign | None) -> float:
    other = "," if sign in (".", None) else "."
    return float(number.replace(other, "").replace(",", "."))


def decimal_evidence_sql(cell: str) -> tuple[str, str]:
    """Two aggregates over a column: cells whose comma must be decimal, and whose point must be."""
    comma = quote_text(r"^[^.,]*,\d*([^\d.,].*)?$|\.\d+,")
    point = quote_text(r"^[^.,]*\.\d*([^\d.,].*)?$|,\d+\.")
    group = quote_text(r"^\D*[1-9]\d{0,2}[.,]\d{3}(\D.*)?$")
    with_comma, with_point = (
        f"count(*) FILTER (regexp_matches({cell}, {pattern}) AND NOT regexp_matches({cell}, {group}))"
        for pattern in (comma, point)
    )
    return with_comma, with_point


def number_sql(cell: str, *, decimal: DecimalSign, type_: str) -> str:
    """SQL that reads a trimmed text as a number of an SQL type, null when it is none or too large."""
    written = _written_sql(cell, decimal)
    if decimal == ".":
        fast = f"TRY_CAST({cell} AS {type_})"
    else:
        fast = f"CASE WHEN contains({cell}, '.') THEN NULL ELSE TRY_CAST(replace({cell}, ',', '.') AS {type_}) END"
    return f"COALESCE({fast}, TRY_CAST({written} AS {type_}))"


_MINUS_AROUND = quote_text(r"^\((.*)\)$|^([^-].*)-$")
_MINUS_BEFORE = quote_text(r"-\1\2")


_POINTED = quote_text(r"^-?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$")
_COMMAED = quote_text(r"^-?(?:\d{1,3}(?:\.\d{3})+(?:,\d*)?|(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?)$")
_FEW_OR_MANY = quote_text(r"^(-?\d*)\.(\d{0,2}|\d{4,})$")
_LONG = quote_text(r"^(-?\d{4,})\.(\d+)$")
_WITH_COMMA = quote_text(r"\1,\2")


def _written_sql(cell: str, decimal: DecimalSign) -> str:
    """The number as programs write it, null when the text is none."""
    bare = f"replace(regexp_replace({cell}, {quote_text(_CLUTTER)}, '', 'gi'), '−', '-')"
    signed = f"regexp_replace({bare}, {_MINUS_AROUND}, {_MINUS_BEFORE})"
    # Each text stands here once: the engine computes what is written twice for every row, needed or not.
    if decimal == ".":
        return f"replace(regexp_extract({signed}, {_POINTED}), ',', '')"
    # Where the comma is decimal a point that groups no thousands is decimal too: 12.50 among 13,70.
    pointless = f"regexp_replace(regexp_replace({signed}, {_FEW_OR_MANY}, {_WITH_COMMA}), {_LONG}, {_WITH_COMMA})"
    return f"replace(replace(regexp_extract({pointless}, {_COMMAED}), '.', ''), ',', '.')"
