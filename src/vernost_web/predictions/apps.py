from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.predictions.jobs import is_due

    return is_due()


class PredictionsConfig(SliceConfig):
    name = "vernost_web.predictions"
    label = "predictions"
    verbose_name = _("Predictions")
    prefix = "predictions/"
    menu = (MenuEntry(_("Predictions"), "predictions:room", "brain", "see_predictions"),)
    panels = (Panel("overview", "predictions:panel", "see_predictions", _("Revenue at risk"), width=6),)
    periodic = (Periodic("predictions.start_due", every_minutes=5, is_due=_is_due),)
    tells: ClassVar[dict[str, Words]] = {
        "predictions.trained": _("A model was trained"),
        "predictions.taken_over": _("A model was put to work"),
    }
    trail: ClassVar[dict[str, Words]] = {
        "predictions.train": _("Trained a model"),
        "predictions.take_over": _("Put a model to work"),
        "predictions.policy": _("Changed how models are trained"),
        "predictions.export": _("Took a list of customers at risk away"),
        "band": _("Band of risk"),
        "sort": _("Order"),
        "customers": _("Customers"),
    }
