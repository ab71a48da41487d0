from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_check_due() -> bool:
    from vernost_web.alerts.queries import is_check_due

    return is_check_due()


def _is_delivery_due() -> bool:
    from vernost_web.alerts.queries import is_delivery_due

    return is_delivery_due()


class AlertsConfig(SliceConfig):
    name = "vernost_web.alerts"
    label = "alerts"
    verbose_name = _("Alarms and targets")
    prefix = "alerts/"
    menu = (MenuEntry(_("Alarms"), "alerts:alarms", "bell", "see_numbers"),)
    panels = (
        Panel("overview", "alerts:open", "see_numbers", _("Open alarms")),
        Panel("measure", "alerts:of_measure", "see_numbers", _("Targets")),
    )
    periodic = (
        Periodic("alerts.check", every_minutes=1, is_due=_is_check_due),
        Periodic("alerts.deliver", every_minutes=1, is_due=_is_delivery_due),
    )
    tells: ClassVar[Mapping[str, Words]] = {
        "alarms.opened": _("An alarm was raised"),
        "alarms.closed": _("An alarm is over"),
    }
    trail: ClassVar[Mapping[str, Words]] = {
        "targets.set": _("Set a target"),
        "targets.remove": _("Removed a target"),
        "watches.add": _("Added a watch"),
        "watches.switch": _("Switched a watch"),
        "receivers.add": _("Added a receiver of alarms"),
        "receivers.remove": _("Removed a receiver of alarms"),
        "alarms.acknowledge": _("Acknowledged an alarm"),
        "alarms.mute": _("Muted an alarm"),
        "alarms.assign": _("Assigned an alarm"),
    }
