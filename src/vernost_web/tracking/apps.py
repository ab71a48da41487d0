from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.tracking.jobs import is_due

    return is_due()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.tracking.keeping import tell

    return tell(ids)


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.tracking.keeping import forget

    return forget(ids, pseudonym)


class TrackingConfig(SliceConfig):
    name = "vernost_web.tracking"
    label = "tracking"
    verbose_name = _("Tracking")
    prefix = "tracking/"
    menu = (MenuEntry(_("Tracking"), "tracking:live", "eye", "see_tracking", "system"),)
    periodic = (
        Periodic("tracking.bring", every_minutes=1, is_due=_is_due),
        Periodic("tracking.sweep", every_minutes=24 * 60),
    )
    keeps = (Keeping(_("Events as they came"), _tell, _forget),)
    trail: ClassVar[dict[str, Words]] = {
        "tracking.add_source": _("Added a source"),
        "tracking.change_source": _("Changed a source"),
        "tracking.make_key": _("Made a write key"),
        "tracking.withdraw_key": _("Took a write key back"),
    }
