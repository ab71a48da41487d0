from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig


def _is_due() -> bool:
    from vernost_web.dashboards.queries import is_due

    return is_due()


class DashboardsConfig(SliceConfig):
    name = "vernost_web.dashboards"
    label = "dashboards"
    verbose_name = _("Overview")
    menu = (MenuEntry(_("Overview"), "dashboards:overview", "home", "see_numbers", "now"),)
    periodic = (Periodic("dashboards.warm", every_minutes=1, is_due=_is_due),)
