"""The small, safe language of ``--where`` and ``--map``: written text becomes an Ibis expression, never SQL.

Only the nodes listed here are understood; whatever else SQL knows is refused by name.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidExpression
from vernost.expression_nodes import ALLOWED, Builder

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from sqlglot import exp

MAX_LENGTH, MAX_DEPTH = 2_000, 100


def where(table: "ir.Table", text: str) -> "ir.BooleanValue":
    """Condition over a table's columns, as written by a person.

    A text compared with an instant is read as a date or a time; with a number, as a number.

    >>> import ibis
    >>> orders = ibis.memtable({"city": ["Omsk", "Perm"], "amount": [5, 7]})
    >>> orders.filter(where(orders, "city = 'Perm' AND amount > 6")).count().execute()
    1
    """
    condition = value(table, text)
    if not condition.type().is_boolean():
        raise InvalidExpression("{text!r} is not a condition. Compare something, such as amount > 100.", text=text)
    return condition


def value(
    table: "ir.Table", text: str, *, as_number: "Callable[[ir.StringValue], ir.NumericValue] | None" = None
) -> "ir.Value":
    """Value computed from a table's columns, as written by a person.

    Args:
        table: where the columns are looked up, ignoring case when that is unique.
        text: the expression.
        as_number: how a text is read where a number is needed; by default it is cast.

    >>> import ibis
    >>> lines = ibis.memtable({"Quantity": [2], "UnitPrice": [1.5]})
    >>> float(value(lines, "quantity * UnitPrice").execute()[0])
    3.0
    """
    return Builder(table, text, as_number).build(_parsed(text))


def columns_of(text: str) -> frozenset[str]:
    """Names of the columns that an expression mentions, as written.

    >>> sorted(columns_of('"Цена, руб." * Quantity'))
    ['Quantity', 'Цена, руб.']
    """
    from sqlglot import exp

    return frozenset(column.name for column in _parsed(text).find_all(exp.Column))


@functools.cache
def _dialect() -> Any:
    from sqlglot.dialects.duckdb import DuckDB

    class WrittenExpression(DuckDB):
        class Tokenizer(DuckDB.Tokenizer):
            IDENTIFIERS = ['"', "`"]  # noqa: RUF012  # sqlglot reads the class attribute

    return WrittenExpression


def _parsed(text: str) -> "exp.Expression":
    import sqlglot
    from sqlglot.errors import ParseError, SqlglotError

    if len(text) > MAX_LENGTH:
        raise InvalidExpression(
            "The expression has {count} letters; write at most {most}.", count=len(text), most=MAX_LENGTH
        )
    if not text.strip():
        raise InvalidExpression("The expression is empty. Write a condition, such as amount > 100.")
    try:
        _check_tokens(text)
        found = sqlglot.parse_one(text, dialect=_dialect())
        depth = _depth(found)
    except ParseError as error:
        place = str(error.errors[0]["highlight"])
        raise InvalidExpression(
            "{text!r} cannot be understood at {place!r}. Use {allowed}.", text=text[:200], place=place, allowed=ALLOWED
        ) from error
    except SqlglotError as error:
        raise InvalidExpression(
            "{text!r} cannot be understood. Use {allowed}.", text=text[:200], allowed=ALLOWED
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    if depth > MAX_DEPTH:
        raise _too_deep()
    return found


def _too_deep() -> InvalidExpression:
    return InvalidExpression("The expression is nested too deep: at most {most} levels are allowed.", most=MAX_DEPTH)


def _check_tokens(text: str) -> None:
    for token in _dialect()().tokenize(text):
        if token.comments:
            raise InvalidExpression("{text!r} has a comment, which is not allowed. Leave out -- and /* */.", text=text)
        if token.token_type.name == "SEMICOLON":
            raise InvalidExpression("{text!r} has a semicolon, which is not allowed. Write one expression.", text=text)


def _depth(root: "exp.Expression") -> int:
    deepest, level = 0, [root]
    while level:
        deepest += 1
        level = [child for node in level for child in node.iter_expressions()]
    return deepest
