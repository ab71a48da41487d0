from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig


class CompanyConfig(SliceConfig):
    name = "vernost_web.company"
    label = "company"
    verbose_name = _("Company")
    prefix = "settings/"
    menu = (MenuEntry(_("Settings"), "company:settings", "settings", "manage_settings", "system"),)
