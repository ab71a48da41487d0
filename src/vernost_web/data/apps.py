from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class DataConfig(SliceConfig):
    name = "vernost_web.data"
    label = "data"
    verbose_name = _("Data")
    prefix = "data/"
