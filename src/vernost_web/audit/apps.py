from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig


class AuditConfig(SliceConfig):
    name = "vernost_web.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    prefix = "audit/"
    menu = (MenuEntry(_("Audit trail"), "audit:trail", "history", "see_audit", "system"),)
