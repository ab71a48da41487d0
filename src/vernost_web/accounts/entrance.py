"""The pages of allauth that are open here; those that it must know by name and nobody may see answer 404."""

from typing import NoReturn

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import Http404, HttpRequest
from django.urls import path, re_path

from vernost_web.ui.access import open_to_all


@open_to_all
def closed(request: HttpRequest) -> NoReturn:
    """Nobody joins or changes their address by themselves."""
    raise Http404


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-factor/", mfa.index, name="mfa_index"),
    path("two-factor/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("two-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("two-factor/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-factor/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-factor/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-factor/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("two-factor/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
