"""Options that several commands share, declared once."""

import os
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from vernost.cli.speech import system_language
from vernost.errors import InvalidValue

if TYPE_CHECKING:
    from vernost.measure import WorkingHours
    from vernost.sources import Given

Sources = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer reads it at run time
    typer.Argument(
        metavar="SOURCES",
        help="Files, folders, patterns, or URLs of SQL databases. CSV, Excel, Parquet, JSON lines, text; also gzipped.",
    ),
]
LogUrl = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--log", metavar="URL", help="A log: a folder, postgresql://user@host/database or spark:///folder."),
]
Maps = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--map", metavar="COLUMN=SOURCE", help='Fill a column: ordered_at=InvoiceDate, amount="Quantity*UnitPrice".'
    ),
]
MapFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--map-file", metavar="FILE", help="A TOML file with such mappings, by table."),
]
Timezone = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--timezone", metavar="ZONE", help="The company's clock, such as Europe/Moscow; UTC by default."),
]
Where = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--where", metavar="EXPR", help="Only rows for which this holds: \"city = 'Perm' and amount > 100\"."),
]
AsOf = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--as-of", metavar="DATE", help="Look at the log as of the end of this day; default: its last day."),
]
AtLoad = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--at-load", metavar="N", help="Look at the log as it was after load N (see vernost loads)."),
]
WorkingHoursText = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--working-hours", metavar="HOURS", help='Count waits in these hours alone: "Mon-Fri 09:00-13:00,14:00-18:00".'
    ),
]
Holidays = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--holidays", metavar="DATES", help="Days without working hours: dates by commas, or a file with one a line."
    ),
]


class Language(StrEnum):
    """Language of what is shown."""

    ru = "ru"
    en = "en"

    @property
    def code(self) -> Literal["en", "ru"]:
        """It as the glossary names it."""
        return "ru" if self is Language.ru else "en"


Lang = Annotated[
    Language,
    typer.Option("--lang", envvar="VERNOST_LANG", help="Language of what is shown.", show_default="that of the system"),
]
SYSTEM_LANGUAGE = Language(system_language(os.environ))


class Format(StrEnum):
    """Form of an answer."""

    table = "table"
    csv = "csv"
    json = "json"


def given(maps: list[str] | None, map_file: Path | None) -> "Given":
    """Mappings as a person gave them, those of the command line over those of the file."""
    from dataclasses import replace

    from vernost.sources import Given, given_from_toml

    known = given_from_toml(map_file) if map_file else Given()
    columns = {}
    for text in maps or ():
        column, equals, source = text.partition("=")
        if not equals or not column.strip() or not source.strip():
            raise InvalidValue(
                "--map {text!r} is not COLUMN=SOURCE. Write it such as --map ordered_at=InvoiceDate.", text=text
            )
        columns[column.strip()] = source.strip()
    return replace(known, columns={**known.columns, **columns})


def working_hours(text: str | None, holidays: str | None) -> "WorkingHours | None":
    """Working hours as a person wrote them, less the holidays; None when all hours count."""
    from vernost.measure import WorkingHours

    if text is None:
        if holidays is not None:
            raise InvalidValue("--holidays is said without --working-hours, so there is nothing to take the days from.")
        return None
    return WorkingHours.parse(text, holidays=_holidays(holidays) if holidays else ())


def _holidays(text: str) -> list[date]:
    """Holidays as they are written, or those of a file."""
    from vernost.measure.working_hours import holidays_in

    try:
        return list(holidays_in(text))
    except InvalidValue:
        return list(holidays_in(_content(text)))


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise InvalidValue(
            "--holidays {text!r} is neither a file nor dates, such as 2026-01-01,2026-05-09.", text=path
        ) from None


def day(text: str | None, name: str) -> date | None:
    """A day as a person wrote it."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue("{name} is {value!r}, must be a date such as 2024-12-31.", name=name, value=text) from None


def now() -> datetime:
    """The instant of the command, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
