from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Periodic, SliceConfig, Words


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Nothing: what is kept here is worked out from the log, and told from there."""
    return []


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.metrics.keeping import forget_all

    return forget_all()


class MetricsConfig(SliceConfig):
    name = "vernost_web.metrics"
    label = "metrics"
    verbose_name = _("Measures")
    prefix = "measures/"
    menu = (MenuEntry(_("Measures"), "metrics:catalogue", "chart-line", "see_numbers"),)
    periodic = (Periodic("metrics.forget", every_minutes=24 * 60),)
    keeps = (Keeping(_("Answers that were worked out, with their lists of customers"), _tell, _forget),)
    trail: ClassVar[dict[str, Words]] = {
        "export.csv": _("Took numbers away as CSV"),
        "export.xlsx": _("Took numbers away as an Excel workbook"),
        "export.api": _("Took a list of customers away by the API"),
        "export.png": _("Took a picture away as PNG"),
        "export.svg": _("Took a picture away as SVG"),
    }
