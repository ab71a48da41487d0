"""Who may open what: every address as every role and as nobody."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from vernost_web.accounts.permissions import Role, permissions
from vernost_web.ui.access import OPEN, SIGNED_IN, permissions_of

ROLES = [role.value for role in Role]
NOBODY = "00000000-0000-0000-0000-000000000000"
SAMPLES = {
    "uuid": NOBODY, "uuidstr": NOBODY, "int": "1", "str": "x", "slug": "x", "path": "x", "id": "x",
}  # fmt: skip


def views(patterns: Any = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Each address with sample values in its gaps, and its view."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            for name, converter in each.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                route = route.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES["str"])
            yield route, each.callback


OURS = [
    (route, permissions_of(view))
    for route, view in views()
    if not view.__module__.startswith(("allauth.", "django.")) and "(?P" not in route
]


@pytest.mark.parametrize("route", [route for route, _ in OURS])
def test_each_view_names_permissions(route: str) -> None:
    named = dict(OURS)[route]
    assert named
    assert set(named) <= {OPEN, SIGNED_IN, *permissions()}, (
        f"{route} must be marked with @requires, @signed_in or @open_to_all"
    )


@pytest.mark.parametrize(("route", "named"), OURS)
def test_nobody_is_asked_to_sign_in(route: str, named: tuple[str, ...], browser: Callable[..., Client]) -> None:
    answer = browser(None).get(route)
    if named == (OPEN,):
        assert "/login/" not in answer.headers.get("location", "")
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("role", ROLES)
def test_each_address_is_open_to_those_who_may_and_to_nobody_else(
    role: str, browser: Callable[..., Client], shop: object
) -> None:
    client = browser(role)
    wrong = {}
    for route, named in OURS:
        allowed = all(each in {OPEN, SIGNED_IN} or permissions()[each].allows(role) for each in named)
        answer = client.get(route)
        if (answer.status_code == 403) == allowed or answer.status_code >= 500:
            wrong[route] = answer.status_code
    assert not wrong
