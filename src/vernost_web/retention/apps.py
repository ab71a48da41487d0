from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import SliceConfig


class RetentionConfig(SliceConfig):
    name = "vernost_web.retention"
    label = "retention"
    verbose_name = _("Retention")
    prefix = "retention/"
