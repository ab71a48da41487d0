from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class PredictionsConfig(SliceConfig):
    name = "vernost_web.predictions"
    label = "predictions"
    verbose_name = _("Predictions")
    prefix = "predictions/"
