"""Every page of the menu as each role finds it: opens, fits, is readable by everybody, in both languages and themes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vernost_web.accounts.permissions import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROLES = [role.value for role in Role]
LOOKS = [
    pytest.param("en", "light", 1280, id="English, light, wide"),
    pytest.param("ru", "dark", 390, id="Russian, dark, narrow"),
]
SERIOUS = {"serious", "critical"}


def menu_of(page: "Page") -> list[str]:
    """Addresses in the menu of whoever is signed in."""
    page.goto("/measures/")
    found = page.eval_on_selector_all("#menu a.nav-link", "links => links.map(link => link.getAttribute('href'))")
    assert found
    return [str(each) for each in found]


def settle(page: "Page") -> None:
    """Wait until the parts of a page have come and its charts are drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_menu_opens(role: str, visit: Callable[..., "Page"]) -> None:
    page = visit(role)
    for address in menu_of(page):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        settle(page)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_page_is_readable_by_everybody(
    language: str, theme: str, width: int, visit: Callable[..., "Page"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, wrong = visit("administrator", language=language, theme=theme, width=width), []
    for address in menu_of(page):
        page.goto(address)
        settle(page)
        _keep(page, f"{address.strip('/').replace('/', '-') or 'overview'}-{language}-{theme}-{width}")
        found = Axe().run(page).response["violations"]
        wrong += [
            f"{address}: {each['id']} {[node['html'][:120] for node in each['nodes'][:3]]}"
            for each in found
            if each["impact"] in SERIOUS
        ]
        room = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{address}: {room} pixels too wide"] if room > 0 else []
        assert page.evaluate("document.documentElement.lang") == language
    assert not wrong, "\n".join(wrong)


def _keep(page: "Page", name: str) -> None:
    """Keep a picture of the page where ``VERNOST_PICTURES`` names a folder, to be looked at."""
    folder = os.environ.get("VERNOST_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)
