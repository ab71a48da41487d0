"""The company's settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from vernost_web.company import actions, queries
from vernost_web.company.forms import CompanyForm
from vernost_web.ui.access import requires
from vernost_web.ui.requests import user_of


@requires("manage_settings")
def settings(request: HttpRequest) -> HttpResponse:
    """See and change them."""
    form = CompanyForm(request.POST or None, instance=queries.company())
    if request.method == "POST" and form.is_valid():
        actions.change_company(by=user_of(request), **form.values())
        messages.success(request, _("The settings are saved."))
        return redirect("company:settings")
    return render(request, "company/settings.html", {"form": form})
