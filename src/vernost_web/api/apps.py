from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig, Words


class ApiConfig(SliceConfig):
    name = "vernost_web.api"
    label = "api"
    verbose_name = _("API")
    prefix = "api/"
    menu = (MenuEntry(_("API"), "api:guide", "key", "manage_api", "system"),)
    periodic = (Periodic("api.sweep", every_minutes=60),)
    trail: ClassVar[dict[str, Words]] = {
        "keys.make": _("Made a key of the API"),
        "keys.revoke": _("Revoked a key of the API"),
    }
