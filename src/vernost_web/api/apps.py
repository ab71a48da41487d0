from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Periodic, SliceConfig, Words


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Nothing: answers are kept for a day as they were sent, and told from where they came."""
    return []


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.api.repeats import forget_all

    return forget_all()


class ApiConfig(SliceConfig):
    name = "vernost_web.api"
    label = "api"
    verbose_name = _("API")
    prefix = "api/"
    menu = (MenuEntry(_("API"), "api:guide", "key", "manage_api", "system"),)
    periodic = (Periodic("api.sweep", every_minutes=60),)
    keeps = (Keeping(_("Answers of the API, kept for a day"), _tell, _forget),)
    trail: ClassVar[dict[str, Words]] = {
        "keys.make": _("Made a key of the API"),
        "keys.revoke": _("Revoked a key of the API"),
    }
