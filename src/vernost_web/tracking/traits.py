"""What is said of customers and companies, as columns of the log; what it has no column for goes beside them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from vernost.schema import YEARS
from vernost_web.tracking.message import EPOCH, Unkept, instant
from vernost_web.ui.words import storable

BESIDE = "extra."
"""Before the names of fields that have no column."""

MOST_FIELDS = 500
"""Fields that are kept of one customer."""

_PLAIN_EPOCH = EPOCH.replace(tzinfo=None)
LONGEST = 2_000
"""Characters of a text in a column."""


def of_customer(traits: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that traits fill."""
    given = {str(name): value for name, value in traits.items() if value is not None}
    address = given.pop("address", None)
    if isinstance(address, Mapping):
        given = {**{name: address[name] for name in ("city", "country") if address.get(name)}, **given}
        rest = {name: value for name, value in address.items() if name not in {"city", "country"}}
        given |= {"address": rest} if rest else {}
    elif address is not None:
        given["address"] = address
    if "name" not in given and (names := [given[part] for part in _PARTS if isinstance(given.get(part), str)]):
        given["name"] = " ".join(names)
    fields: dict[str, Any] = {}
    for name, value in given.items():
        column, read = _COLUMNS.get(name, ("", _beside))
        found = read(value)
        if found is None or not column:
            fields[f"{BESIDE}{storable(name)}"] = _beside(value)
        else:
            fields[column] = found
    return fields


def of_company(traits: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a company that traits of a group fill."""
    return {**of_customer(traits), "is_business": True}


def row_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as columns, with what has none under ``extra``."""
    beside = {name.removeprefix(BESIDE): value for name, value in fields.items() if name.startswith(BESIDE)}
    row = {name: value for name, value in fields.items() if not name.startswith(BESIDE)}
    for name, convert in _FROM_KEPT.items():
        if name in row:
            row[name] = convert(row[name])
    return row | ({"extra": beside} if beside else {})


def plain_instant(microseconds: int) -> datetime:
    """An instant as the log has it: of UTC, without a zone."""
    return _PLAIN_EPOCH + timedelta(microseconds=microseconds)


def kept_instant(moment: datetime) -> int:
    """An instant of the log as it is kept, in microseconds since 1970."""
    return (moment - _PLAIN_EPOCH) // timedelta(microseconds=1)


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return storable(str(value)).strip()[:LONGEST] or None


def _day(value: Any) -> str | None:
    """A date as it is kept; None where it is none."""
    try:
        found = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return found.isoformat() if YEARS[0] <= found.year <= YEARS[1] else None


def _moment(value: Any) -> int | None:
    """An instant in microseconds; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        found = instant(value, "createdAt")
    except Unkept:
        return None
    return found if YEARS[0] <= plain_instant(found).year <= YEARS[1] else None


def _beside(value: Any) -> Any:
    """A value that JSON of every engine can hold."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(name)): _beside(each) for name, each in value.items()}
    return [_beside(each) for each in value] if isinstance(value, list) else value


Reader = Callable[[Any], Any]
_PARTS = ("firstName", "lastName")
_COLUMNS: Mapping[str, tuple[str, Reader]] = {
    "name": ("name", _text),
    "email": ("email", _text),
    "phone": ("phone", _text),
    "birthday": ("birthday_on", _day),
    "createdAt": ("created_at", _moment),
    "created_at": ("created_at", _moment),
    "language": ("language", _text),
    "country": ("country", _text),
    "city": ("city", _text),
    "acquisitionChannel": ("acquisition_channel", _text),
    "acquisition_channel": ("acquisition_channel", _text),
    "accountManager": ("account_manager", _text),
}
_FROM_KEPT: Mapping[str, Reader] = {"birthday_on": date.fromisoformat, "created_at": plain_instant}
