from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.data.jobs import is_due

    return is_due()


def _is_unchecked() -> bool:
    from vernost_web.data.jobs import is_unchecked

    return is_unchecked()


class DataConfig(SliceConfig):
    name = "vernost_web.data"
    label = "data"
    verbose_name = _("Data")
    prefix = "data/"
    menu = (MenuEntry(_("Data"), "data:home", "database", "see_data"),)
    panels = (Panel("overview", "data:warnings", "see_numbers", _("Quality of the data")),)
    periodic = (
        Periodic("data.schedule", every_minutes=1, is_due=_is_due),
        Periodic("data.check", every_minutes=1, is_due=_is_unchecked),
        Periodic("data.sweep", every_minutes=24 * 60),
    )
    tells: ClassVar[dict[str, Words]] = {"data.loaded": _("Data were loaded"), "data.undone": _("A load was undone")}
    trail: ClassVar[dict[str, Words]] = {
        "data.upload": _("Uploaded files"),
        "data.map": _("Said what fills the log"),
        "data.load": _("Asked for a load"),
        "data.loaded": _("Loaded data"),
        "data.discard": _("Discarded what was brought in"),
        "data.undo": _("Asked to undo a load"),
        "data.add_database": _("Added a database"),
        "data.change_database": _("Changed a database"),
        "data.remove_database": _("Removed a database"),
        "data.fetch": _("Asked for a load from a database"),
        "export.rejected": _("Took away rejected rows"),
        "accepted": _("Rows accepted"),
        "replaced": _("Rows replaced"),
        "rejected": _("Rows rejected"),
    }
