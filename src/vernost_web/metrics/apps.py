from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig, Words


class MetricsConfig(SliceConfig):
    name = "vernost_web.metrics"
    label = "metrics"
    verbose_name = _("Measures")
    prefix = "measures/"
    menu = (MenuEntry(_("Measures"), "metrics:catalogue", "chart-line", "see_numbers"),)
    periodic = (Periodic("metrics.forget", every_minutes=24 * 60),)
    trail: ClassVar[dict[str, Words]] = {
        "export.csv": _("Took numbers away as CSV"),
        "export.xlsx": _("Took numbers away as an Excel workbook"),
        "export.png": _("Took a picture away as PNG"),
        "export.svg": _("Took a picture away as SVG"),
    }
