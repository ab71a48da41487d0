from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, Panel, Periodic, SliceConfig, Words


def _is_unfinished() -> bool:
    from vernost_web.privacy.queries import is_unfinished

    return is_unfinished()


class PrivacyConfig(SliceConfig):
    name = "vernost_web.privacy"
    label = "privacy"
    verbose_name = _("Rights of persons")
    prefix = "privacy/"
    menu = (MenuEntry(_("Rights of persons"), "privacy:home", "shield", "handle_rights", "system"),)
    panels = (Panel("customer", "privacy:panel", "handle_rights", _("Rights of persons")),)
    periodic = (
        Periodic("privacy.finish", every_minutes=15, is_due=_is_unfinished),
        Periodic("privacy.expire", every_minutes=24 * 60),
    )
    tells: ClassVar[dict[str, Words]] = {"privacy.erased": _("A person was erased")}
    trail: ClassVar[dict[str, Words]] = {
        "privacy.look": _("Looked at what is known of a person"),
        "privacy.export": _("Took away all that is known of a person"),
        "privacy.erase": _("Asked to erase a person"),
        "privacy.erased": _("Erased a person"),
        "privacy.terms": _("Changed how long data are kept"),
        "privacy.expired": _("Erased what was kept long enough"),
        "kind": _("Form"),
        "count": _("Records"),
    }
