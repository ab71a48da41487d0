"""The catalogue of measures, and the page of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from vernost.glossary import terms
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken


@requires("see_numbers")
def catalogue(request: HttpRequest) -> HttpResponse:
    """All measures with their meanings."""
    import vernost.measure  # noqa: F401 - fills the catalogue
    from vernost.measure.measure import CATALOGUE

    language = spoken()
    found = [
        {"name": name, "title": term.title(language), "meaning": term.meaning(language), "chapter": term.chapter}
        for name, term in terms().items()
        if name in CATALOGUE
    ]
    return render(request, "metrics/catalogue.html", {"measures": found})


@requires("see_numbers")
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure."""
    if name not in terms():
        raise Http404
    return render(request, "metrics/measure.html", {"term": terms()[name]})
