from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class AlertsConfig(SliceConfig):
    name = "vernost_web.alerts"
    label = "alerts"
    verbose_name = _("Alarms and targets")
    prefix = "alerts/"
