"""Signs of allauth and Django that somebody came, went, or changed how they sign in, written into the audit trail."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.dispatch import receiver

from vernost_web.audit import actions as audit


@receiver(auth.user_logged_in)
def sign_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Somebody came in."""
    audit.record("people.sign_in", by=user, thing=user.email, request=request)


@receiver(auth.user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    """Somebody did not know the password, or there is no such address."""
    audit.record("people.sign_in_failed", thing=credentials.get("email") or "", request=request)


@receiver(auth.user_logged_out)
def sign_out(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Somebody left."""
    if user is not None:
        audit.record("people.sign_out", by=user, thing=user.email, request=request)


@receiver((account.password_changed, account.password_set, account.password_reset))
def password(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Somebody chose a new password."""
    audit.record("people.password", by=user, thing=user.email, request=request)


@receiver((mfa.authenticator_added, mfa.authenticator_removed))
def second_factor(sender: Any, request: Any, user: Any, authenticator: Authenticator, signal: Any, **_: Any) -> None:
    """Somebody began or ceased to sign in with a second factor."""
    if authenticator.type == Authenticator.Type.TOTP:
        is_on = signal is mfa.authenticator_added
        before, after = {"second_factor": not is_on}, {"second_factor": is_on}
        audit.record("people.second_factor", by=user, thing=user.email, before=before, after=after, request=request)


@receiver(mfa.authenticator_reset)
def recovery_codes(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Somebody had new recovery codes made."""
    audit.record("people.recovery_codes", by=user, thing=user.email, request=request)


@receiver(mfa.authentication_failed)
def second_factor_failed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Somebody who knew the password had a wrong code."""
    audit.record("people.second_factor_failed", thing=user.email, request=request)
