"""People: who works here, how they come in, what they may do."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from vernost_web.accounts import actions, queries
from vernost_web.ui.access import open_to_all, requires, signed_in

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@requires("manage_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works here."""
    return render(request, "accounts/people.html", {"people": queries.people()})


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "accounts/me.html")


@open_to_all
@never_cache
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Come in by a link: a press of the button uses it, so that programs that only look at links do not."""
    if request.method != "POST":
        return render(request, "accounts/enter.html")
    user = actions.use_sign_in_link(secret)
    if user is None:
        return render(request, "accounts/enter.html", {"is_over": True}, status=410)
    login(request, user, backend=BACKEND)
    return redirect("accounts:me" if not user.has_usable_password() and request.POST.get("new") else "/")
