from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class ReportsConfig(SliceConfig):
    name = "vernost_web.reports"
    label = "reports"
    verbose_name = _("Reports")
    prefix = "reports/"
