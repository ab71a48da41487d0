"""The audit trail as a file for spreadsheets."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vernost_web.audit.models import Record
from vernost_web.audit.telling import Told, told
from vernost_web.ui.spreadsheet import csv_lines

_PART = 500


def lines(records: QuerySet[Record]) -> Iterator[str]:
    """Lines of CSV, made while they are sent."""
    # The answer is sent after the request's language and clock were put back.
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def made() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            yield from csv_lines(_titles(), (_cells(told(each)) for each in records.iterator(chunk_size=_PART)))

    return made()


def _titles() -> list[str]:
    return [
        _("When"), _("Who"), _("E-mail"), _("What was done"), _("Code name"), _("To what"), _("Before"), _("After"),
        _("Network address"),
    ]  # fmt: skip


def _cells(row: Told) -> list[str]:
    record = row.record
    return [
        timezone.localtime(record.at).isoformat(timespec="seconds"),
        row.who,
        record.actor.email if record.actor else "",
        row.action,
        record.action,
        record.thing,
        "; ".join(f"{change.name}: {change.before}" for change in row.changes) if record.before else "",
        "; ".join(f"{change.name}: {change.after}" for change in row.changes) if record.after else "",
        record.address or "",
    ]
