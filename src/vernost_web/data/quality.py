"""Is the data fit to measure: the checks of the library at each state of the log, kept for all pages."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from vernost_web.company.queries import company
from vernost_web.data.models import Checked
from vernost_web.data.warehouse import newest_load, warehouse

if TYPE_CHECKING:
    from vernost.store import Finding, Log

LANGUAGES = ("en", "ru")


def checked() -> Checked | None:
    """What the checks found in the newest state of the log; None while they have not been made."""
    return Checked.objects.filter(load=newest_load(settings.CONFIGURATION.log_url), clock=company().timezone).first()


def last_checked() -> Checked | None:
    """What the checks found when they were last made."""
    return Checked.objects.order_by("-load", "-at").first()


def check() -> Checked:
    """Check the newest state of the log, once."""
    from vernost.store import check as found_in

    with warehouse().reading() as log:
        values = {"findings": [_told(each) for each in found_in(log)], "days": _days(log)}
        found, _made = Checked.objects.update_or_create(load=log.load_count, clock=log.timezone, defaults=values)
    Checked.objects.exclude(pk=found.pk).delete()
    return found


def _told(finding: "Finding") -> dict[str, Any]:
    from vernost.report.quality import sentence

    return {
        "code": finding.code,
        "severity": finding.severity,
        "table": finding.table,
        "count": finding.count,
        "sample": list(finding.sample),
        "told": {language: sentence(finding, language) for language in LANGUAGES},  # type: ignore[arg-type]  # both are
    }


def _days(log: "Log") -> dict[str, Any]:
    """Table -> its facts day by day, and the days that are suspiciously empty."""
    from vernost.schema import TABLES
    from vernost.store import gaps

    found = {}
    for name, rows in log.tables.items():
        counts = gaps.daily(rows, TABLES[name], log.timezone)
        if counts:
            found[name] = {
                "counts": {day.isoformat(): counts[day] for day in sorted(counts)},
                "empty": [day.isoformat() for day in gaps.suspicious(counts)],
            }
    return found


def counts_of(days: dict[str, Any]) -> tuple[dict[date, int], frozenset[date]]:
    """Facts by day, and the suspicious days, as they were kept."""
    counts = {date.fromisoformat(day): number for day, number in days["counts"].items()}
    return counts, frozenset(map(date.fromisoformat, days["empty"]))
