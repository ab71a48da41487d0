"""People: who works here, how they come in, what they may do."""

from collections.abc import Callable

from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from vernost_web.accounts import actions, devices, forms, mail, queries
from vernost_web.accounts.models import Purpose, SignInLink, User
from vernost_web.ui.access import open_to_all, requires, signed_in
from vernost_web.ui.requests import user_of


@requires("manage_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and who was asked to."""
    context = {"people": queries.people(), "invitations": queries.invitations()}
    return render(request, "accounts/people.html", context)


@requires("manage_people")
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the link is shown this once."""
    form = forms.InvitationForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            secret = actions.invite(email, form.cleaned_data["role"], by=user_of(request))
        except ValidationError as error:
            form.add_error("email", error)
        else:
            is_mailed = mail.mail_invitation(email, secret, by=user_of(request))
            context = {"link": mail.address_of(secret), "email": email, "is_mailed": is_mailed}
            return render(request, "accounts/invited.html", context)
    return render(request, "accounts/invite.html", {"form": form})


@requires("manage_people")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    actions.withdraw(get_object_or_404(SignInLink, pk=pk, purpose=Purpose.JOIN), by=user_of(request))
    messages.success(request, _("The invitation is withdrawn: its link works no more."))
    return redirect("accounts:people")


@signed_in
def permissions(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    return render(request, "accounts/permissions.html", {"matrix": queries.matrix()})


@requires("manage_people")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who works here, and what can be done about their access."""
    found = get_object_or_404(queries.people(), pk=pk)
    context = {"person": found, "form": forms.RoleForm(initial={"role": found.role})}
    return render(request, "accounts/person.html", context)


@requires("manage_people")
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody another role."""
    form = forms.RoleForm(request.POST)
    if not form.is_valid():
        context = {"person": get_object_or_404(queries.people(), pk=pk), "form": form}
        return render(request, "accounts/person.html", context)
    role = form.cleaned_data["role"]
    return _changed(request, pk, lambda one, by: actions.change_role(one, role, by=by), _("The role is changed."))


@requires("manage_people")
@require_POST
def close_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in no more."""
    done = _("The access is closed, and all their sessions are ended.")
    return _changed(request, pk, lambda one, by: actions.close_access(one, by=by), done)


@requires("manage_people")
@require_POST
def reopen_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    return _changed(request, pk, lambda one, by: actions.reopen_access(one, by=by), _("The access is open again."))


@requires("manage_people")
@require_POST
def drop_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in without their telephone."""
    done = _("They can sign in with the password alone now, and set up two-factor sign-in again.")
    return _changed(request, pk, lambda one, by: actions.drop_second_factor(one, by=by), done)


@requires("manage_people")
@require_POST
@never_cache
def make_password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link by which somebody may choose a new password: it is shown this once."""
    found = get_object_or_404(User, pk=pk)
    try:
        secret = actions.make_password_link(found, by=user_of(request))
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("accounts:person", pk)
    return render(request, "accounts/password_link.html", {"person": found, "link": mail.address_of(secret)})


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    user = user_of(request)
    form = forms.MeForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if form.is_valid():
        actions.change_me(user, **form.cleaned_data)
        messages.success(request, _("Your account is changed."))
        return redirect("accounts:me")
    context = {
        "form": form,
        "sessions": [devices.told(each) for each in queries.sessions(user)],
        "is_protected": queries.has_second_factor(user),
        "allowed": [each.title(request.LANGUAGE_CODE) for each in queries.allowed(user)],
    }
    return render(request, "accounts/me.html", context)


@signed_in
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign oneself out on another device."""
    chosen = request.POST.get("session", "")
    return _ended(request, actions.end_sessions(user_of(request), lambda each: str(each.pk) == chosen))


@signed_in
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign oneself out on all other devices."""
    here = request.session.session_key
    return _ended(request, actions.end_sessions(user_of(request), lambda each: each.session_key != here))


@open_to_all
@never_cache
@sensitive_post_parameters()
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Come in by a link: only what is sent uses it, so that programs that look at links do not."""
    link = queries.link_of(secret)
    if link is None:
        return _over(request)
    if link.purpose == Purpose.START:
        if request.method != "POST":
            return render(request, "accounts/enter.html")
        return _come_in(request, actions.start(secret))
    form = _entrance_form(request, link)
    if not form.is_valid():
        return render(request, "accounts/choose.html", {"form": form, "link": link})
    given = form.cleaned_data
    if link.purpose == Purpose.PASSWORD:
        return _come_in(request, actions.choose_password(secret, given["password"]))
    values = {name: given[name] for name in ("name", "password", "language")}
    return _come_in(request, actions.join(secret, **values))


def _entrance_form(request: HttpRequest, link: SignInLink) -> forms.PasswordForm:
    kind = forms.JoiningForm if link.purpose == Purpose.JOIN else forms.PasswordForm
    return kind(request.POST or None, user=queries.user_of(link.email) or User(email=link.email))


def _come_in(request: HttpRequest, user: User | None) -> HttpResponse:
    """Sign in whom a link let in; allauth asks for the second factor where there is one."""
    return _over(request) if user is None else perform_login(request, user)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/over.html", status=410)


def _changed(request: HttpRequest, pk: int, change: Callable[[User, User], None], done: str) -> HttpResponse:
    """Change somebody's access, or say why not."""
    found = get_object_or_404(User, pk=pk)
    try:
        change(found, user_of(request))
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("accounts:person", pk)


def _ended(request: HttpRequest, count: int) -> HttpResponse:
    messages.success(request, ngettext("%(n)s session is ended.", "%(n)s sessions are ended.", count) % {"n": count})
    return redirect("accounts:me")
