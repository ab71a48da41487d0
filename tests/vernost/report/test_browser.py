"""The page in a real browser: it draws, it fits, it stays silent, it does not run what the data says."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.vernost.report import shops

from vernost.glossary import Language
from vernost.report import ReportFiles, render_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_draws_all_charts_without_network_errors_or_overflow(
    language: Language, width: int, chromium: "Browser", written: Callable[[Language], ReportFiles]
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
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


@pytest.mark.parametrize("name", ["subscribers", "two_cities", "visitors", "tiny_shop"])
def test_the_page_of_any_company_stays_silent(name: str, chromium: "Browser", tmp_path: Path) -> None:
    log = shops.two_cities(kept_in_kazan=30, kept_in_perm=60) if name == "two_cities" else getattr(shops, name)()
    # With a day that ends a month, no period is running and no cell is open.
    as_of = date(2024, 6, 30) if name in ("subscribers", "two_cities") else None
    out = tmp_path / "report.html"
    render_report(log, out, generated_at=shops.MADE_AT, as_of=as_of)
    page = chromium.new_page(viewport={"width": 1000, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(out.as_uri())
    count = page.locator("[data-chart]").count()
    page.wait_for_function(f"document.querySelectorAll('[data-chart] svg.marks').length === {count}")
    assert said == []
    page.close()


def test_pointing_at_a_chart_shows_its_numbers(chromium: "Browser", written: Callable[[Language], ReportFiles]) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(written("ru").html.as_uri())
    chart = page.locator("[data-chart=cohorts] svg.marks")
    chart.scroll_into_view_if_needed()
    page.locator("[data-chart=cohorts] .mark-rect path").first.hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert "Когорта" in tip.inner_text()
    page.close()
