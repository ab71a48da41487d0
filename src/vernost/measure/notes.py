"""What should be said beside a number: which orders did not count, and whose are not known."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vernost.glossary import Language
from vernost.measure.scope import Scope
from vernost.measure.working_hours import WorkingHours
from vernost.schema import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about an answer.

    Attributes:
        code: which it is, a key of ``notes.toml``.
        values: numbers of its sentence.
    """

    code: str
    values: "Mapping[str, Any]"

    def sentence(self, language: Language) -> str:
        """It in words.

        >>> Note("cancelled_orders", {"count": 3}).sentence("en")
        'Cancelled orders left out: 3.'
        """
        shown = {name: _shown(name, value, language) for name, value in self.values.items()}
        return _texts()[self.code][language].format(**shown)

    def to_dict(self) -> dict[str, Any]:
        """It as data."""
        return {"code": self.code, **self.values}


def _shown(name: str, value: Any, language: Language) -> str:
    """A value as people of a language write it."""
    from babel.numbers import format_decimal, format_percent

    if name == "week":
        return WorkingHours.parse(value).week_told(language)
    if isinstance(value, str):
        return value
    if name == "share":
        return format_percent(value, "0.0\xa0%" if language == "ru" else "0.0%", locale=language)
    return format_decimal(value, "#,##0.##", locale=language)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("vernost.measure").joinpath("notes.toml").read_text(encoding="utf-8"))


def order_notes(scope: Scope) -> list[Note]:
    """Notes on the orders that a measure reads: cancelled ones, walk-ins, orders without an amount."""
    if "orders" not in scope.reads:
        return []
    asked = (scope.question.where, scope.question.as_of, scope.window, scope.zone)
    counts = scope.log.cached(("order_notes", asked), lambda: _counts(scope))
    notes = []
    if counts["cancelled"]:
        notes.append(Note("cancelled_orders", {"count": counts["cancelled"]}))
    if counts["walk_ins"]:
        share = counts["walk_ins"] / counts["sales"]
        notes.append(Note("walk_ins", {"count": counts["walk_ins"], "share": round(share, 4)}))
    if counts["unpriced"]:
        notes.append(Note("unpriced_orders", {"count": counts["unpriced"]}))
    return notes


def _counts(scope: Scope) -> dict[str, int]:
    rows = scope.facts("orders", "ordered_at", cut=())
    is_cancelled = rows.status.lower().isin(CANCELLED).fill_null(False)  # noqa: FBT003 - Ibis takes it so
    is_sale = (rows.kind == "sale") & ~is_cancelled
    wanted = {
        "cancelled": is_cancelled,
        "sales": is_sale,
        "walk_ins": is_sale & rows.customer_id.isnull(),
        "unpriced": is_sale & rows.amount.isnull(),
    }
    sums = rows.agg(**{name: held.cast("int32").sum() for name, held in wanted.items()})
    found = scope.log.fetch(sums).to_pylist()[0]
    return {name: int(value or 0) for name, value in found.items()}
