from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Narrowing, Panel, Periodic, SliceConfig, Words

if TYPE_CHECKING:
    from vernost.store.log import Log


def _is_stale() -> bool:
    from vernost_web.segments.working import is_stale

    return is_stale()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.segments.queries import segments_of

    return [
        {"segment": each.segment.title, "entered_on": each.entered_on, "left_on": each.left_on}
        for each in segments_of(ids)
    ]


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.segments.actions import forget

    return forget(ids, pseudonym)


def _choices() -> list[tuple[str, str]]:
    from vernost_web.segments.queries import choices

    return choices()


def _narrowed(log: "Log", key: str) -> "AbstractContextManager[Log]":
    from vernost_web.segments.queries import narrowed

    return narrowed(log, key)


def _state(key: str) -> str:
    from vernost_web.segments.queries import state_of

    return state_of(key)


class SegmentsConfig(SliceConfig):
    name = "vernost_web.segments"
    label = "segments"
    verbose_name = _("Segments")
    prefix = "segments/"
    menu = (MenuEntry(_("Segments"), "segments:list", "filter", "see_numbers"),)
    panels = (
        Panel("overview", "segments:lag", "see_numbers", _("Segments that lag")),
        Panel("behind", "segments:save", "edit_segments", _("Keep as a segment")),
        Panel("customer", "segments:of_customer", "see_customers", _("Segments"), width=6),
    )
    periodic = (Periodic("segments.refresh", every_minutes=1, is_due=_is_stale),)
    keeps = (Keeping(_("Segments, since when and until when"), _tell, _forget),)
    narrows = Narrowing(_choices, _narrowed, _state)
    tells: ClassVar[dict[str, Words]] = {"segments.changed": _("Customers came into a segment or left it")}
    trail: ClassVar[dict[str, Words]] = {
        "segments.make": _("Made a segment"),
        "segments.change": _("Changed a segment"),
        "segments.archive": _("Took a segment out of use"),
        "segments.restore": _("Took a segment into use again"),
        "segments.keep_list": _("Kept a list of customers as a segment"),
        "export.segment_csv": _("Took the customers of a segment away as CSV"),
        "export.segment_api": _("Took the customers of a segment away by the API"),
        "export.segment_xlsx": _("Took the customers of a segment away as an Excel workbook"),
        "customers": _("Customers"),
    }
