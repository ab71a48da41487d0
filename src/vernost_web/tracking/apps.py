from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.tracking.jobs import is_due

    return is_due()


class TrackingConfig(SliceConfig):
    name = "vernost_web.tracking"
    label = "tracking"
    verbose_name = _("Tracking")
    prefix = "tracking/"
    menu = (MenuEntry(_("Tracking"), "tracking:live", "eye", "see_tracking", "system"),)
    periodic = (
        Periodic("tracking.bring", every_minutes=1, is_due=_is_due),
        Periodic("tracking.sweep", every_minutes=24 * 60),
    )
    trail: ClassVar[dict[str, Words]] = {
        "tracking.add_source": _("Added a source"),
        "tracking.change_source": _("Changed a source"),
        "tracking.make_key": _("Made a write key"),
        "tracking.withdraw_key": _("Took a write key back"),
    }
