from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig


class AccountsConfig(SliceConfig):
    name = "vernost_web.accounts"
    label = "accounts"
    verbose_name = _("People")
    prefix = "people/"
    menu = (MenuEntry(_("People"), "accounts:people", "users", "manage_people", "system"),)
