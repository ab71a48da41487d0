"""The page in a real browser: it draws, it fits, it stays silent, it does not run what the data says."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from vernost.glossary import Language
from vernost.report import ReportFiles

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        arguments = ["--disable-gpu", "--disable-background-networking"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        found = player.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_draws_all_charts_without_network_errors_or_overflow(
    language: Language, width: int, browser: "Browser", written: Callable[[Language], ReportFiles]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = written(language).html.as_uri()
    page.goto(address)
    count = page.locator("[data-chart]").count()
    page.wait_for_function(f"document.querySelectorAll('[data-chart] svg.marks').length === {count}")
    assert count >= 10
    assert said == []
    assert asked == [address]
    assert page.title() != "broken"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@needs_browser
def test_pointing_at_a_chart_shows_its_numbers(browser: "Browser", written: Callable[[Language], ReportFiles]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(written("ru").html.as_uri())
    chart = page.locator("[data-chart=cohorts] svg.marks")
    chart.scroll_into_view_if_needed()
    page.locator("[data-chart=cohorts] .mark-rect path").first.hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert "Когорта" in tip.inner_text()
    page.close()
