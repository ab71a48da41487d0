"""What each node of a written expression means, as Ibis; a node that is not here is not allowed."""

import functools
import operator
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partialmethod
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidExpression, UnknownName
from vernost.messages import Message

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from sqlglot import exp

    AsNumber = Callable[[ir.StringValue], ir.NumericValue]

ALLOWED = Message(
    "columns, numbers, 'texts', DATE '2024-01-31', TRUE, FALSE, NULL, + - * / %, = <> < <= > >=, AND OR NOT, BETWEEN,"
    " IN, LIKE, ILIKE, IS NULL, CASE, CAST, COALESCE, NULLIF, ABS, ROUND, LOWER, UPPER, TRIM, LENGTH, SUBSTR, CONCAT,"
    " ||, DATE, YEAR, QUARTER, MONTH, WEEK, DAY and HOUR"
)

_CASTS = {
    "int64": ("TINYINT", "SMALLINT", "INT", "BIGINT"),
    "float64": ("FLOAT", "DOUBLE"),
    "decimal(18, 4)": ("DECIMAL",),
    "string": ("TEXT", "VARCHAR", "CHAR"),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP", "TIMESTAMPNTZ"),
    "boolean": ("BOOLEAN",),
}
_CAST_BY_NAME = {sql_name: ibis_type for ibis_type, names in _CASTS.items() for sql_name in names}


_MOST_PLACES = 10
"""To which a number is rounded; nothing in a log has more."""

_FURTHEST = 1_000_000_000
"""Place in a text beyond which nothing is asked for: engines count places no further than twice that."""


def _cast_number(text: "ir.StringValue") -> "ir.NumericValue":
    """A text as a number, null where it is none: engines would stop at the first such cell."""
    import ibis

    return ibis.cases((text.re_search(r"^\s*[-+]?[0-9]+(\.[0-9]+)?\s*$"), text.cast("float64")))


_MONTH_AND_DAY = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAY = r"([12][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|2[048])00)-02-29"
_TIME = r"([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?)?"


def _cast_moment(text: "ir.StringValue") -> "ir.TimestampValue":
    """A text as a time, null where it is none: engines would stop at the first such cell."""
    import ibis

    is_moment = text.re_search(rf"^([12][0-9]{{3}}-{_MONTH_AND_DAY}|{_LEAP_DAY}){_TIME}$")
    return ibis.cases((is_moment, text.cast("timestamp")))


def _kind(type_: Any) -> Message:
    """The word for a type in a message, and what may be compared with what."""
    if type_.is_null():
        return Message("nothing")
    if type_.is_boolean():
        return Message("condition")
    if type_.is_numeric():
        return Message("number")
    return Message("date") if type_.is_temporal() else Message("text")


def _null_safe(how: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Compare as SQL does: with NULL written out nothing is known, where Ibis would ask IS NULL."""
    import ibis

    if left.type().is_null() or right.type().is_null():
        return ibis.null("boolean")
    return how(left, right)


class Builder:
    """Walks the parsed tree and builds the Ibis expression, one method a kind of node."""

    def __init__(self, table: "ir.Table", text: str, as_number: "AsNumber | None" = None) -> None:
        self._table, self._text, self._as_number = table, text, as_number or _cast_number
        self._folded: dict[str, list[str]] = {}
        for name in table.columns:
            self._folded.setdefault(name.casefold(), []).append(name)

    def build(self, node: "exp.Expression") -> Any:
        """Build one node with all below it."""
        from ibis.common.exceptions import IbisError

        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise self._refused(node.sql(dialect="duckdb"))
        known = {"this", "expression", "expressions", *_ARGUMENTS.get(type(node).__name__, ())}
        if any(node.args.get(name) for name in node.args.keys() - known):
            raise self._refused(node.sql(dialect="duckdb"))
        try:
            return handler(node)
        except (IbisError, TypeError, AttributeError) as error:
            raise InvalidExpression(
                "{part!r} does not fit the kinds of its parts. Combine like with like.", part=node.sql(dialect="duckdb")
            ) from error

    def _refused(self, part: str) -> InvalidExpression:
        return InvalidExpression(
            "{part!r} is not allowed in {text!r}. Use {allowed}.", part=part[:100], text=self._text, allowed=ALLOWED
        )

    # -- leaves

    def _column(self, node: Any) -> Any:
        name = node.name
        if name in self._table.columns:
            return self._table[name]
        same = self._folded.get(name.casefold(), [])
        if len(same) != 1:
            raise UnknownName("column", name, same or self._table.columns)
        return self._table[same[0]]

    def _literal(self, node: Any) -> Any:
        import ibis

        if node.is_string:
            return ibis.literal(node.this)
        number = node.this.replace("_", "")
        return ibis.literal(int(number) if number.isdigit() else float(number))

    def _boolean(self, node: Any) -> Any:
        import ibis

        return ibis.literal(bool(node.this))

    def _null(self, _: Any) -> Any:
        import ibis

        return ibis.null()

    def _paren(self, node: Any) -> Any:
        return self.build(node.this)

    # -- arithmetic

    def _number(self, node: Any) -> Any:
        found = self.build(node)
        if found.type().is_string():
            return self._parsed_number(found)
        if not (found.type().is_numeric() or found.type().is_null()) or found.type().is_boolean():
            raise InvalidExpression(
                "{part!r} in {text!r} is not a number.", part=node.sql(dialect="duckdb"), text=self._text
            )
        return found

    def _calculated(self, node: Any, *, how: Callable[[Any, Any], Any]) -> Any:
        return how(self._number(node.this), self._number(node.expression))

    _add = partialmethod(_calculated, how=operator.add)
    _sub = partialmethod(_calculated, how=operator.sub)
    _mul = partialmethod(_calculated, how=operator.mul)

    def _div(self, node: Any) -> Any:
        # Integers divide as integers on PostgreSQL, and a zero below the line is an error there: null everywhere.
        below = self._number(node.expression).cast("float64")
        return self._number(node.this).cast("float64") / below.nullif(0.0)

    def _mod(self, node: Any) -> Any:
        left, right = self._number(node.this), self._number(node.expression)
        if not (left.type().is_integer() and right.type().is_integer()):
            raise InvalidExpression("% in {text!r} needs whole numbers; write CAST(... AS BIGINT).", text=self._text)
        return left % right.nullif(0)

    def _neg(self, node: Any) -> Any:
        return -self._number(node.this)

    def _parsed_number(self, text: Any) -> Any:
        import ibis
        from ibis.expr.operations import Literal

        if not isinstance(text.op(), Literal):
            return self._as_number(text)
        try:
            return ibis.literal(float(text.op().value))
        except ValueError:
            raise InvalidExpression(
                "{value!r} in {text!r} is not a number.", value=text.op().value, text=self._text
            ) from None

    # -- comparison

    def _like_kinds(self, left: Any, right: Any) -> tuple[Any, Any]:
        """Bring two values to one kind: a text beside an instant is a date, beside a number a number."""
        if left.type().is_string() and not right.type().is_string():
            right, left = self._like_kinds(right, left)
        elif right.type().is_string() and left.type().is_temporal():
            right = self._instant(right)
        elif right.type().is_string() and left.type().is_numeric() and not left.type().is_boolean():
            right = self._parsed_number(right)
        elif left.type().is_temporal() and right.type().is_temporal() and left.type() != right.type():
            left, right = left.cast("timestamp"), right.cast("timestamp")
        first, second = _kind(left.type()), _kind(right.type())
        if first != second and "nothing" not in (first, second):
            raise InvalidExpression(
                "{text!r} compares a {first} with a {second}. Compare like with like.",
                text=self._text,
                first=min(first, second),
                second=max(first, second),
            )
        return left, right

    def _instant(self, text: Any) -> Any:
        import ibis
        from ibis.expr.operations import Literal

        if not isinstance(text.op(), Literal):
            return _cast_moment(text)
        written = text.op().value
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise InvalidExpression("{written!r} is not a date. Write it as '2024-01-31'.", written=written) from None
        return ibis.literal((moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None))

    def _pair(self, node: Any) -> tuple[Any, Any]:
        return self._like_kinds(self.build(node.this), self.build(node.expression))

    def _compared(self, node: Any, *, how: Callable[[Any, Any], Any]) -> Any:
        return _null_safe(how, *self._pair(node))

    _eq = partialmethod(_compared, how=operator.eq)
    _neq = partialmethod(_compared, how=operator.ne)
    _lt = partialmethod(_compared, how=operator.lt)
    _lte = partialmethod(_compared, how=operator.le)
    _gt = partialmethod(_compared, how=operator.gt)
    _gte = partialmethod(_compared, how=operator.ge)

    def _between(self, node: Any) -> Any:
        found = self.build(node.this)
        least, low = self._like_kinds(found, self.build(node.args["low"]))
        most, high = self._like_kinds(found, self.build(node.args["high"]))
        return _null_safe(operator.ge, least, low) & _null_safe(operator.le, most, high)

    def _in(self, node: Any) -> Any:
        if not node.expressions:
            raise self._refused(node.sql(dialect="duckdb"))
        found = self.build(node.this)
        pairs = (self._like_kinds(found, self.build(item)) for item in node.expressions)
        return functools.reduce(operator.or_, (_null_safe(operator.eq, left, right) for left, right in pairs))

    def _is(self, node: Any) -> Any:
        from sqlglot import exp

        found = self.build(node.this)
        if isinstance(node.expression, exp.Null):
            return found.isnull()
        return found.fill_null(not node.expression.this) == self.build(node.expression)

    def _pattern(self, node: Any) -> str:
        from sqlglot import exp

        if not (isinstance(node, exp.Literal) and node.is_string):
            raise InvalidExpression("LIKE in {text!r} needs a text in quotes, such as 'A%'.", text=self._text)
        return str(node.this)

    def _like(self, node: Any) -> Any:
        return self._string(node.this).like(self._pattern(node.expression))

    def _ilike(self, node: Any) -> Any:
        return self._string(node.this).ilike(self._pattern(node.expression))

    # -- logic

    def _condition(self, node: Any) -> Any:
        found = self.build(node)
        if not (found.type().is_boolean() or found.type().is_null()):
            raise InvalidExpression(
                "{part!r} in {text!r} is not a condition.", part=node.sql(dialect="duckdb"), text=self._text
            )
        return found.cast("boolean")

    def _and(self, node: Any) -> Any:
        return self._condition(node.this) & self._condition(node.expression)

    def _or(self, node: Any) -> Any:
        return self._condition(node.this) | self._condition(node.expression)

    def _not(self, node: Any) -> Any:
        return ~self._condition(node.this)

    def _case(self, node: Any) -> Any:
        import ibis

        branches = []
        for branch in node.args["ifs"]:
            if node.this is None:
                test = self._condition(branch.this)
            else:
                test = _null_safe(operator.eq, *self._like_kinds(self.build(node.this), self.build(branch.this)))
            branches.append((test, self.build(branch.args["true"])))
        default = node.args.get("default")
        return ibis.cases(*branches, else_=None if default is None else self.build(default))

    def _coalesce(self, node: Any) -> Any:
        import ibis

        return ibis.coalesce(*(self.build(item) for item in self._items(node)))

    def _items(self, node: Any) -> Iterator[Any]:
        yield from ([] if node.this is None else [node.this])
        yield from node.expressions

    def _nullif(self, node: Any) -> Any:
        left, right = self._pair(node)
        return left.nullif(right)

    # -- functions of texts and numbers

    def _string(self, node: Any) -> Any:
        found = self.build(node)
        return found if found.type().is_string() else found.cast("string")

    def _lower(self, node: Any) -> Any:
        return self._string(node.this).lower()

    def _upper(self, node: Any) -> Any:
        return self._string(node.this).upper()

    def _trim(self, node: Any) -> Any:
        return self._string(node.this).strip()

    def _length(self, node: Any) -> Any:
        return self._string(node.this).length()

    def _substring(self, node: Any) -> Any:
        start, length = (self._whole(node.args.get(name)) for name in ("start", "length"))
        if not start:
            raise InvalidExpression("SUBSTR in {text!r} counts from 1.", text=self._text)
        return self._string(node.this).substr(start - 1, length)

    def _whole(self, node: Any) -> int | None:
        from sqlglot import exp

        if node is None:
            return None
        if not (isinstance(node, exp.Literal) and node.this.isdigit()):
            raise InvalidExpression(
                "{part!r} in {text!r} must be a whole number.", part=node.sql(dialect="duckdb"), text=self._text
            )
        return min(int(node.this), _FURTHEST)

    def _concat(self, node: Any) -> Any:
        # As in every engine's CONCAT, a missing part is an empty one; || gives null.
        parts = [self._string(item).fill_null("") for item in node.expressions]
        return functools.reduce(operator.add, parts)

    def _dpipe(self, node: Any) -> Any:
        return self._string(node.this) + self._string(node.expression)

    def _abs(self, node: Any) -> Any:
        return self._number(node.this).abs()

    def _round(self, node: Any) -> Any:
        places = min(self._whole(node.args.get("decimals")) or 0, _MOST_PLACES)
        return self._number(node.this).cast(f"decimal(38, {_MOST_PLACES})").round(places)

    def _cast(self, node: Any) -> Any:
        wanted = _CAST_BY_NAME.get(node.args["to"].this.name)
        if wanted is None:
            raise self._refused(node.sql(dialect="duckdb"))
        found = self.build(node.this)
        if found.type().is_string() and wanted in ("date", "timestamp"):
            return self._instant(found).cast(wanted)
        if found.type().is_string() and wanted in ("int64", "float64", "decimal(18, 4)"):
            found = self._parsed_number(found)
        return found.cast(wanted)

    # -- parts of an instant

    def _moment(self, node: Any) -> Any:
        found = self.build(node)
        return self._instant(found) if found.type().is_string() else found

    def _date(self, node: Any) -> Any:
        return self._moment(node.this).cast("date")

    def _part(self, node: Any) -> Any:
        found = self._moment(node.this)
        return {
            "year": found.year,
            "quarter": found.quarter,
            "month": found.month,
            "week": found.week_of_year,
            "day": found.day,
        }[type(node).__name__.lower()]()

    _year = _quarter = _month = _week = _day = _part

    def _hour(self, node: Any) -> Any:
        return self._moment(node.this).cast("timestamp").hour()


_ARGUMENTS = {
    "Between": ("low", "high"),
    "Case": ("ifs", "default"),
    "Cast": ("to",),
    "Concat": ("safe", "coalesce"),
    "DPipe": ("safe",),
    "Div": ("typed", "safe"),
    "Literal": ("is_string",),
    "Round": ("decimals",),
    "Substring": ("start", "length"),
    "Identifier": ("quoted",),
}
"""Further arguments of each node that its method reads; any other argument given refuses the node."""
