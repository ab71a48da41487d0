from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.reports.schedule import is_due

    return is_due()


class ReportsConfig(SliceConfig):
    name = "vernost_web.reports"
    label = "reports"
    verbose_name = _("Reports")
    prefix = "reports/"
    menu = (MenuEntry(_("Reports"), "reports:reports", "report", "see_numbers"),)
    periodic = (Periodic("reports.start_due", every_minutes=5, is_due=_is_due),)
    tells: ClassVar[dict[str, Words]] = {"reports.made": _("A report is ready")}
    trail: ClassVar[dict[str, Words]] = {
        "reports.ask": _("Asked for a report"),
        "reports.make": _("Made a report"),
        "reports.open": _("Opened a report"),
        "reports.export": _("Took a report away"),
        "reports.send": _("Sent a report"),
        "reports.remove": _("Threw a report away"),
        "reports.schedule": _("Put a report on schedule"),
        "reports.unschedule": _("Took a report off schedule"),
        "kind": _("Form"),
    }
