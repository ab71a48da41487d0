from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.webhooks.queries import is_delivery_due

    return is_delivery_due()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.webhooks.queries import happenings_of

    return happenings_of(ids)


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.webhooks.actions import forget_customer

    return forget_customer(ids, pseudonym)


class WebhooksConfig(SliceConfig):
    name = "vernost_web.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
    prefix = "webhooks/"
    menu = (MenuEntry(_("Webhooks"), "webhooks:webhooks", "plug", "manage_api", "system"),)
    periodic = (
        Periodic("webhooks.deliver", every_minutes=1, is_due=_is_due),
        Periodic("webhooks.sweep", every_minutes=24 * 60),
    )
    keeps = (Keeping(_("What other programs were told"), _tell, _forget),)
    trail: ClassVar[Mapping[str, Words]] = {
        "webhooks.add": _("Added a webhook"),
        "webhooks.change": _("Changed a webhook"),
        "webhooks.renew_secret": _("Gave a webhook a new secret"),
        "webhooks.remove": _("Removed a webhook"),
        "webhooks.deliver_again": _("Had something sent to a webhook once more"),
        "webhooks.give_up": _("Switched off a webhook that has not answered for long"),
        "kind": _("Kind"),
        "answer": _("Answer"),
    }
