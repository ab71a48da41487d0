"""The answer to a question: rows with complete periods, ready for people, files and programs."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from html import escape
from itertools import product
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.measure.finding import Finding, Row, nulls_last
from vernost.measure.notes import Note, order_notes
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

    from vernost.measure.measure import Measure
    from vernost.measure.periods import Grain

_DIGITS = 14
"""Significant digits of a float in an answer."""

_SHOWN = 60
"""Rows shown in a notebook."""


class Answer:
    """A measure asked of a log. Lazy: nothing runs until rows are wanted.

    Attributes:
        measure: the measure.
        scope: the log seen through the question.
        finding: the lazy finding.
        options: the measure's own options as given.
    """

    def __init__(self, measure: "Measure", scope: Scope, finding: Finding, options: Mapping[str, Any]) -> None:
        self.measure = measure
        self.scope = scope
        self.finding = finding
        self.options = dict(options)

    @property
    def expression(self) -> "ir.Table":
        """The Ibis expression, with a period's first day as a date."""
        table, grain = self.finding.table, self.scope.grain
        if grain is None or "period" not in table.columns:
            return table
        return table.mutate(period=grain.start(table.period))

    @property
    def as_of(self) -> date:
        """The day at whose end the log was looked at."""
        return self.scope.as_of

    @property
    def unit(self) -> str:
        """Unit of the values: share, money, count, days, points, ratio."""
        return self.finding.unit or self.measure.unit

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the rows' columns, in order."""
        lead = (
            ("period", "complete") if not self.finding.axis else (*self._period_column, *self.finding.axis, "complete")
        )
        return (*lead, *self.scope.question.cut, *self.finding.columns)

    @property
    def _period_column(self) -> tuple[str, ...]:
        return ("period",) if "period" in self.scope.keys and "period" in self.finding.table.columns else ()

    @cached_property
    def rows(self) -> list[Row]:
        """The rows: dicts by column, periods as dates, nothing missing between the first and the last."""
        found = self.scope.log.fetch(self.finding.table).to_pylist()
        rows = self._filled([_plain_row(row) for row in found])
        if self.finding.finish:
            rows = [_plain_row(row) for row in self.finding.finish(rows)]
        return [self._shown(row) for row in rows if self._is_wanted(row)]

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """What is said once, beside the rows."""
        return dict(self.finding.summary(self.rows)) if self.finding.summary else {}

    @cached_property
    def notes(self) -> list[Note]:
        """What should be said beside the number."""
        return [*order_notes(self.scope), *self.finding.notes]

    def _filled(self, rows: list[Row]) -> list[Row]:
        grain, first = self.scope.grain, self.finding.first
        cut = self.scope.question.cut
        if (
            not self.finding.table.columns
            or "period" not in self.finding.table.columns
            or grain is None
            or first is None
        ):
            return sorted(rows, key=lambda row: _order(row, (*cut, *self.finding.axis)))
        wanted = range(first, self.scope.last_index(grain) + 1)
        known = {(row["period"], *(row[name] for name in cut)): row for row in rows}
        values = sorted({key[1:] for key in known}, key=nulls_last) or ([()] if not cut else [])
        empty = dict.fromkeys(self.finding.columns) | dict(self.finding.empty or {})
        return [
            known.get((period, *value)) or {"period": period, **dict(zip(cut, value, strict=True)), **empty}
            for period, value in product(wanted, values)
        ]

    def _is_wanted(self, row: Row) -> bool:
        grain, period = self.scope.grain, row.get("period")
        if grain is None or period is None or isinstance(period, date):
            return True
        since, until = self.scope.question.since, self.scope.question.until
        return (since is None or grain.last_day(period) >= since) and (
            until is None or grain.first_day(period) <= until
        )

    def _shown(self, row: Row) -> Row:
        grain = self.scope.grain
        shown = dict(row)
        period = row.get("period")
        if grain and isinstance(period, int):
            shown["period"] = grain.first_day(period)
            shown["complete"] = grain.last_day(period) <= self.as_of
        shown.setdefault("period", None)
        until = self.scope.question.until
        shown.setdefault("complete", until is None or until <= self.as_of)
        return {name: shown.get(name) for name in self.columns}

    def who(self) -> "ir.Table":
        """The customers behind numerator and denominator of the rows: keys, customer_id, numerator (boolean)."""
        if self.finding.who is None:
            raise InvalidValue("{name} has no customers behind it to list.", name=self.measure.name)
        table, grain = self.finding.who(), self.scope.grain
        if grain and "period" in table.columns:
            first, last = self._shown_span(grain)
            table = table.filter(table.period.between(first, last)).mutate(period=grain.start(table.period))
        return table

    def _shown_span(self, grain: "Grain") -> tuple[int, int]:
        """Indices of the first and the last period that rows may show."""
        question, last = self.scope.question, self.scope.last_index(grain)
        first = grain.index_of(question.since or date.min)
        first = first if self.finding.first is None else max(first, self.finding.first)
        return first, min(last, grain.index_of(question.until)) if question.until else last

    def to_dict(self) -> dict[str, Any]:
        """The answer as one object, in the shape of the public contract."""
        return {
            "measure": self.measure.name,
            "as_of": self.as_of.isoformat(),
            "unit": self.unit,
            "interval": self.finding.interval,
            **({"base": self.finding.base} if self.finding.base else {}),
            "by": self.scope.grain.value if self.scope.grain else None,
            "timezone": self.scope.zone,
            "filters": self.scope.question.filters,
            "options": {name: value for name, value in self.options.items() if value is not None},
            **self.summary,
            "notes": [note.to_dict() for note in self.notes],
            "rows": self.rows,
        }

    def to_json(self) -> str:
        """The answer as JSON text; dates are ISO, what is not known is null."""
        return json.dumps(self.to_dict(), default=_json, ensure_ascii=False, allow_nan=False)

    def to_arrow(self) -> "pa.Table":
        """The expression's rows as the engine gives them: no periods filled in, nothing rounded."""
        return self.scope.log.fetch(self.expression)

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.columns))

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<{self.measure.name} as of {self.as_of}: {len(self.rows)} rows>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        lines = ("".join(f"<td>{escape(_cell(row[name]))}</td>" for name in self.columns) for row in self.rows[:_SHOWN])
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        more = f"<p>{len(self.rows) - _SHOWN} more rows</p>" if len(self.rows) > _SHOWN else ""
        title = f"<caption>{escape(self.measure.term.en)}, {self.as_of}</caption>"
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _plain_row(row: Mapping[str, Any]) -> Row:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A value as people expect it: money as a number, NaN as None, the last two digits of a float rounded away.

    Those two depend on the order in which an engine adds, and would differ between runs and engines.
    """
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, float):
        return value
    return None if value != value else float(f"{value:.{_DIGITS}g}")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _order(row: Row, cut: tuple[str, ...]) -> tuple[Any, ...]:
    return nulls_last((row.get("period"), *(row.get(name) for name in cut)))
