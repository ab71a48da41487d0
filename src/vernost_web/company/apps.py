from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig, Words


class CompanyConfig(SliceConfig):
    name = "vernost_web.company"
    label = "company"
    verbose_name = _("Company")
    prefix = "settings/"
    menu = (MenuEntry(_("Settings"), "company:settings", "settings", "manage_settings", "system"),)
    trail: ClassVar[dict[str, Words]] = {
        "company.change": _("Changed the settings"),
        "monday": _("Monday"),
        "tuesday": _("Tuesday"),
        "wednesday": _("Wednesday"),
        "thursday": _("Thursday"),
        "friday": _("Friday"),
        "saturday": _("Saturday"),
        "sunday": _("Sunday"),
    }
