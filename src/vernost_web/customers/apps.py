from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Keeping, MenuEntry, Periodic, SliceConfig, Words


def _is_due() -> bool:
    from vernost_web.customers.jobs import is_due

    return is_due()


def _tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    from vernost_web.customers.keeping import tell

    return tell(ids)


def _forget(ids: Sequence[str], pseudonym: str) -> int:
    from vernost_web.customers.keeping import forget

    return forget(ids, pseudonym)


class CustomersConfig(SliceConfig):
    name = "vernost_web.customers"
    label = "customers"
    verbose_name = _("Customers")
    prefix = "customers/"
    menu = (MenuEntry(_("Customers"), "customers:list", "users", "see_customers"),)
    periodic = (Periodic("customers.gather", every_minutes=1, is_due=_is_due),)
    keeps = (Keeping(_("Notes, tags, dates, consents, and who looked"), _tell, _forget),)
    trail: ClassVar[dict[str, Words]] = {
        "customers.export": _("Took a list of customers away"),
        "customers.add_note": _("Wrote a note about a customer"),
        "customers.remove_note": _("Removed a note about a customer"),
        "customers.add_tag": _("Tagged a customer"),
        "customers.remove_tag": _("Removed a tag of a customer"),
        "customers.add_occasion": _("Wrote a date of a customer down"),
        "customers.remove_occasion": _("Removed a date of a customer"),
        "customers.change_care": _("Changed who looks after a customer, and how"),
        "customers.add_consent": _("Wrote a consent down"),
        "customers.add_member": _("Put a person to a company"),
        "customers.remove_member": _("Took a person from a company"),
        "customers.save_view": _("Kept a list of customers"),
        "customers.remove_view": _("Kept a list of customers no longer"),
        "customers": _("Customers"),
        "sort": _("Order"),
        "columns": _("Columns"),
    }
