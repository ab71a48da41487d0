"""What the user says about the sources, so that it need not be guessed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, cast

from vernost.errors import InvalidValue, UnknownName, UnreadableSource
from vernost.messages import Message, reason
from vernost.schema import TABLES
from vernost.sources.dates import DateOrder
from vernost.sources.kinds import KINDS
from vernost.sources.names import synonyms
from vernost.sources.numbers import DecimalSign

_SETTINGS: Mapping[str, tuple[str | bool, ...]] = {
    "table": tuple(KINDS),
    "date_order": ("day_first", "month_first"),
    "decimal": (",", "."),
    "numbers_begin_anew": (True, False),
    "is_left_out": (True, False),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What is known about sources beforehand; it always wins over a guess.

    Attributes:
        columns: column of the log, as ``ordered_at`` or ``orders.ordered_at`` -> a source column or an expression;
            an empty text leaves it empty, whatever would be guessed.
        table: the table of the log that the sources fill, whatever they look like.
        date_order: what comes first in dates where day and month are numbers.
        decimal: the decimal sign.
        numbers_begin_anew: whether numbers of orders begin anew, each day in a till, so that an order is named with its
            day; None to judge by the rows.
        is_left_out: whether the sources are not loaded at all, though they could be.
        sections: the same for sources whose name fits a pattern; later ones win.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    date_order: DateOrder | None = None
    decimal: DecimalSign | None = None
    numbers_begin_anew: bool | None = None
    is_left_out: bool | None = None
    sections: tuple[tuple[str, "Given"], ...] = ()

    def __post_init__(self) -> None:
        for key in self.columns:
            check_target(key)
        for name, allowed in _SETTINGS.items():
            found = getattr(self, name)
            if found is not None and found not in allowed:
                raise UnknownName(Message("value of {setting}", setting=name), str(found), map(str, allowed))

    def for_source(self, source: str) -> "Given":
        """What is known about one source."""
        known = replace(self, sections=())
        for pattern, section in self.sections:
            if fnmatch(source, pattern) or fnmatch(source.replace("\\", "/").rsplit("/", 1)[-1], pattern):
                said = {name: value for name in _SETTINGS if (value := getattr(section, name)) is not None}
                known = replace(known, columns={**known.columns, **section.columns}, **said)
        return known


def check_target(key: str) -> None:
    """Refuse a column that no table of the log has."""
    table, _, column = key.rpartition(".")
    if table and table not in KINDS:
        raise UnknownName("table", table, KINDS)
    known = set(_targets(table)) if table else {name for each in KINDS for name in _targets(each)}
    if column not in known:
        raise UnknownName("column", key, known)


def _targets(table: str) -> tuple[str, ...]:
    return (*TABLES[table].names, *(name for name in synonyms()[table] if name not in TABLES[table]))


def given_from_toml(path: str | Path) -> Given:
    """Read what is known about the sources from a file such as ``sources.toml``.

    The file may hold ``table``, ``date_order``, ``decimal``, ``numbers_begin_anew`` and ``is_left_out``, a section a
    table of the log with ``column = "source column or expression"``, and the same again under
    ``[sources."orders*.csv"]`` for some of the sources.
    """
    try:
        content = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UnreadableSource(str(path), "there is no such file or it may not be read", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            str(path), "it is not TOML ({reason})", "Mend that place.", reason=reason(error)
        ) from error
    patterns = content.pop("sources", {})
    if not isinstance(patterns, dict):
        raise InvalidValue('{path}: sources must be sections such as [sources."orders*.csv"].', path=path)
    sections = tuple((pattern, _given(section, f"{path}, {pattern}")) for pattern, section in patterns.items())
    return replace(_given(content, str(path)), sections=sections)


def _given(content: Any, where: str) -> Given:
    if not isinstance(content, dict):
        raise InvalidValue(
            "{where}: there must be a section with columns, not {content!r}.", where=where, content=content
        )
    settings: dict[str, str | bool] = {}
    columns: dict[str, str] = {}
    for key, found in content.items():
        if isinstance(found, dict) and key in KINDS:
            columns |= {f"{key}.{name}": _text(name, text, where) for name, text in found.items()}
        elif key in _SETTINGS:
            settings[key] = found if isinstance(found, bool) else _text(key, found, where)
        else:
            raise UnknownName(
                Message("setting or table in {where}", where=where), key, [*_SETTINGS, *TABLES, "sources"]
            )
    return Given(columns=columns, **cast("dict[str, Any]", settings))


def _text(name: str, found: object, where: str) -> str:
    if not isinstance(found, str):
        raise InvalidValue(
            '{where}: {name} is {found!r}, must be a text in quotes, such as {name} = "Column".',
            where=where,
            name=name,
            found=found,
        )
    return found
