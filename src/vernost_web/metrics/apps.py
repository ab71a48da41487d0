from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig


class MetricsConfig(SliceConfig):
    name = "vernost_web.metrics"
    label = "metrics"
    verbose_name = _("Measures")
    prefix = "measures/"
    menu = (MenuEntry(_("Measures"), "metrics:catalogue", "chart-line", "see_numbers"),)
    periodic = (Periodic("metrics.forget", every_minutes=24 * 60),)
