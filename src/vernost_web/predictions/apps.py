from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.predictions.jobs import is_due

    return is_due()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.predictions.keeping import tell

    return tell(ids)


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.predictions.keeping import forget

    return forget(ids, pseudonym)


class PredictionsConfig(SliceConfig):
    name = "vernost_web.predictions"
    label = "predictions"
    verbose_name = _("Predictions")
    prefix = "predictions/"
    menu = (MenuEntry(_("Predictions"), "predictions:room", "brain", "see_predictions"),)
    panels = (
        Panel("overview", "predictions:panel", "see_predictions", _("Revenue at risk"), width=6),
        Panel("customer", "predictions:of_customer", "see_predictions", _("Risk")),
    )
    periodic = (Periodic("predictions.start_due", every_minutes=5, is_due=_is_due),)
    tells: ClassVar[dict[str, Words]] = {
        "predictions.trained": _("A model was trained"),
        "predictions.taken_over": _("A model was put to work"),
    }
    keeps = (Keeping(_("Scores of models that wait"), _tell, _forget),)
    trail: ClassVar[dict[str, Words]] = {
        "predictions.train": _("Trained a model"),
        "predictions.take_over": _("Put a model to work"),
        "predictions.policy": _("Changed how models are trained"),
        "predictions.export": _("Took a list of customers at risk away"),
        "band": _("Band of risk"),
        "sort": _("Order"),
        "customers": _("Customers"),
    }
