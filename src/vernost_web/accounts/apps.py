from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, SliceConfig, Words


class AccountsConfig(SliceConfig):
    name = "vernost_web.accounts"
    label = "accounts"
    verbose_name = _("People")
    prefix = "people/"
    menu = (MenuEntry(_("People"), "accounts:people", "users", "manage_people", "system"),)
    trail: ClassVar[dict[str, Words]] = {
        "people.start": _("Printed a sign-in link at the start"),
        "people.invite": _("Invited somebody"),
        "people.withdraw": _("Withdrew an invitation"),
        "people.join": _("Joined"),
        "people.change": _("Changed their own account"),
        "people.role": _("Changed a role"),
        "people.close": _("Closed somebody's access"),
        "people.reopen": _("Opened somebody's access again"),
        "people.password_link": _("Made a link for a new password"),
        "people.password": _("Chose a new password"),
        "people.second_factor": _("Switched two-factor sign-in"),
        "people.recovery_codes": _("Made new recovery codes"),
        "people.sign_in": _("Signed in"),
        "people.sign_in_failed": _("Failed to sign in"),
        "people.second_factor_failed": _("Gave a wrong second factor"),
        "people.sign_out": _("Signed out"),
        "people.end_session": _("Ended a session"),
        "second_factor": _("Two-factor sign-in"),
        "address": _("Network address"),
    }

    def ready(self) -> None:
        """Begin to listen for who comes and goes."""
        from vernost_web.accounts import trail  # noqa: F401 - its import is what registers the receivers
