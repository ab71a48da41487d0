from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig, Words


class AuditConfig(SliceConfig):
    name = "vernost_web.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    prefix = "audit/"
    menu = (MenuEntry(_("Audit trail"), "audit:trail", "history", "see_audit", "system"),)
    trail: ClassVar[dict[str, Words]] = {
        "export.audit": _("Took away the audit trail as a file"),
        "text": _("Any words"),
        "who": _("Who"),
        "since": _("From"),
        "until": _("To"),
    }
