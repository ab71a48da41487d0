from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Periodic, SliceConfig


class JobsConfig(SliceConfig):
    name = "vernost_web.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
    prefix = "jobs/"
    menu = (MenuEntry(_("Jobs"), "jobs:jobs", "clock", "see_data", "system"),)
    periodic = (Periodic("jobs.sweep", every_minutes=24 * 60),)

    def ready(self) -> None:
        """Learn which jobs the slices know."""
        autodiscover_modules("jobs")
