"""The customers behind a number of a measure."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.explain.segments.rule import Side

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.measure.answer import Answer


def customers_behind(answer: "Answer", row: Mapping[str, str], side: Side) -> "ir.Table":
    """The customers behind a row of an answer, each once: customer_id.

    Args:
        answer: whose.
        row: columns that name the row -> what stands in them as text, nothing for null.
        side: those counted above or below the line of a share.
    """
    table = answer.who()
    for name, text in row.items():
        if name not in table.columns:
            raise InvalidValue("{name} is no column of this answer.", name=name)
        column = table[name]
        table = table.filter(column.isnull() if text == "" else column == _value(column, name, text))
    if side == "numerator":
        table = table.filter(table.numerator)
    return table.select("customer_id").distinct()


def _value(column: Any, name: str, text: str) -> Any:
    """What names a row, as the column holds it."""
    kind = column.type()
    try:
        if kind.is_date():
            return date.fromisoformat(text)
        if kind.is_boolean():
            return text.lower() == "true"
        if kind.is_integer():
            return int(text)
        return float(text) if kind.is_numeric() else text
    except ValueError:
        raise InvalidValue("{name} is {value!r}, which no row has.", name=name, value=text) from None
