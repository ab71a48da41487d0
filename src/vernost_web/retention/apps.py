from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Panel, SliceConfig


class RetentionConfig(SliceConfig):
    name = "vernost_web.retention"
    label = "retention"
    verbose_name = _("Retention")
    prefix = "retention/"
    menu = (MenuEntry(_("Retention"), "retention:room", "grid-dots", "see_numbers"),)
    panels = (Panel("overview", "retention:panel", "see_numbers", _("Retention by cohorts")),)
