from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.identity.queries import is_search_due

    return is_search_due()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.identity.queries import told

    return told(ids)


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.identity.actions import forget

    return forget(ids, pseudonym)


class IdentityConfig(SliceConfig):
    name = "vernost_web.identity"
    label = "identity"
    verbose_name = _("Doubles")
    prefix = "identity/"
    menu = (MenuEntry(_("Doubles"), "identity:doubles", "users", "merge_customers"),)
    panels = (Panel("customer", "identity:panel", "see_customers", _("Doubles")),)
    periodic = (Periodic("identity.search", every_minutes=5, is_due=_is_due),)
    keeps = (Keeping(_("Possible doubles and merges"), _tell, _forget),)
    tells: ClassVar[dict[str, Words]] = {
        "identity.merged": _("Customers were merged"),
        "identity.parted": _("Merged customers were parted"),
    }
    trail: ClassVar[dict[str, Words]] = {
        "identity.merge": _("Merged customers"),
        "identity.part": _("Parted merged customers"),
        "identity.refuse": _("Said that two customers are not the same"),
        "identity.reopen": _("Took back that two customers are not the same"),
        "identity.search": _("Asked for a search of doubles"),
        "merged": _("Merged customers"),
    }
