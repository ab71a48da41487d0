"""Who saw the personal data of whom."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vernost_web.customers import queries
from vernost_web.ui.access import requires
from vernost_web.ui.words import storable

PAGE = 50


@requires("see_audit")
def looks(request: HttpRequest) -> HttpResponse:
    """Looks, the last first; of one customer or one user where these are named."""
    customer, who = (storable(request.GET.get(name, "")).strip() for name in ("customer", "who"))
    page = Paginator(queries.looks(customer=customer, who=who), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "customer": customer, "who": who}
    return render(request, "customers/looks.html", context)
