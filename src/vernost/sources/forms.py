"""How the cells of each mapped column are written: by what is given, else its contents, else the rest of the source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from vernost.messages import Message
from vernost.sources.cells import CellForm
from vernost.sources.dates import DateOrder
from vernost.sources.given import Given
from vernost.sources.mapped import Found, Place, type_of
from vernost.sources.notes import Note
from vernost.sources.numbers import DecimalSign
from vernost.sources.profile import Profile, whole_date_order, whole_decimal

if TYPE_CHECKING:
    import duckdb

Said = TypeVar("Said", DateOrder, DecimalSign)


@dataclass
class Forms:
    """Tells the form of one column after another of one source, and remembers what it had to assume."""

    connection: "duckdb.DuckDBPyConnection"
    profile: Profile
    given: Given
    zone: str
    notes: list[Note] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)

    def of(self, found: Mapping[Place, Found]) -> dict[Place, CellForm]:
        """The form of each place's cells."""
        dated = _columns(found, ("instant", "date"))
        counted = _columns(found, ("money", "number", "integer"))
        orders = {column: self._date_order(column) for column in dated}
        signs = {column: self._decimal(column) for column in counted}
        order = self.given.date_order or _agreed(orders.values())
        sign = self.given.decimal or _agreed(signs.values())
        return {
            place: self._form(each, orders.get(each.source) or order, signs.get(each.source) or sign)
            for place, each in found.items()
            if not each.is_expression
        }

    def _form(self, found: Found, order: DateOrder | None, sign: DecimalSign | None) -> CellForm:
        column = found.source
        look = self.profile.dates(column)
        if order is None and look.is_ordered_form:
            order = "day_first"
            self._assume("date_order_assumed", column, order=Message("day first"))
        if sign is None and self.profile.numbers(column).is_ambiguous:
            sign = "." if column.isascii() else ","
            self._assume("decimal_assumed", column, sign=sign)
        return CellForm(
            date_form=look.form if look.share else "iso",
            date_order=order or "day_first",
            date_mark=look.mark,
            decimal=sign or ".",
            # Some programs write UTC and say so in the header.
            zone="UTC" if column.upper().replace(")", "").endswith("UTC") else self.zone,
        )

    def _assume(self, code: str, column: str, **values: object) -> None:
        if column in self.assumed:
            return
        note = Note(code, source=self.profile.raw.source, column=column, **values)
        self.assumed[column] = " ".join(str(value) for value in values.values())
        self.notes.append(note)

    def _date_order(self, column: str) -> DateOrder | None:
        if self.given.date_order:
            return self.given.date_order
        look = self.profile.dates(column)
        if not look.is_ordered_form or look.order == "day_first" or look.mark == ".":
            return look.order or ("day_first" if look.mark == "." else None)
        return look.order or whole_date_order(self.connection, self.profile.raw, column)

    def _decimal(self, column: str) -> DecimalSign | None:
        if self.given.decimal:
            return self.given.decimal
        look = self.profile.numbers(column)
        if look.is_ambiguous and self.profile.types[column] == "VARCHAR":
            return whole_decimal(self.connection, self.profile.raw, column)
        return look.decimal


def _columns(found: Mapping[Place, Found], types: tuple[str, ...]) -> list[str]:
    return [each.source for place, each in found.items() if type_of(place) in types and not each.is_expression]


def _agreed(values: Iterable[Said | None]) -> Said | None:
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else None
