from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class DashboardsConfig(SliceConfig):
    name = "vernost_web.dashboards"
    label = "dashboards"
    verbose_name = _("Overview")
