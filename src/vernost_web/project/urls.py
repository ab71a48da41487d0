"""Addresses: each slice has its own under its prefix, and none is named here."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from vernost_web.ui.slice import slices

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("vernost_web.ui.urls")),
    path("", include("vernost_web.accounts.entrance")),
]
urlpatterns += [path(each.prefix, include(f"{each.name}.urls")) for each in slices() if find_spec(f"{each.name}.urls")]

handler403 = "vernost_web.ui.views.refused"
handler404 = "vernost_web.ui.views.missing"
handler500 = "vernost_web.ui.views.failed"
