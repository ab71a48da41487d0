"""What people call what has become of an event."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "waiting": _("on its way"),
    "under_way": _("being loaded"),
    "held": _("visitor without a name"),
    "brought": _("in the log"),
    "refused": _("refused"),
}
