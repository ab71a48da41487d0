"""An account manager finds a customer, reads what happened, and writes down what is to be known."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.journeys.test_pages import LOOKS, faults, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = {
    "en": {"note": "Note", "write": "Write it down", "kind": "Kind", "keep": "Keep"},
    "ru": {"note": "Заметка", "write": "Записать", "kind": "Вид", "keep": "Сохранить"},
}


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A way in which pages are looked at."""
    return dict(request.param)


def listed(page: "Page") -> None:
    """Open the list of customers, which a worker makes after the first load."""
    for _ in range(60):
        page.goto("/customers/")
        if page.locator("main table").count():
            return
        page.wait_for_timeout(2_000)
    raise AssertionError(page.locator("main").inner_text())


def test_a_customer_is_found_read_and_written_about(look: dict[str, Any], visit: "Callable[..., Page]") -> None:
    page, words = visit("account_manager", **look), WORDS[look["language"]]
    listed(page)
    wrong = faults(page, look)
    page.locator("main details > summary").first.click()
    page.get_by_role("button", name=words["keep"], exact=True).wait_for()
    wrong += faults(page, look)
    phone = page.locator("main tbody tr td").first.inner_text()
    page.get_by_role("searchbox").fill(phone[-7:])
    page.get_by_role("searchbox").press("Enter")
    page.locator("main tbody th a").first.click()
    page.locator(".timeline-event strong").first.wait_for()
    wrong += faults(page, look)
    page.get_by_label(words["note"], exact=True).fill("calls back on Monday")
    page.get_by_role("button", name=words["write"], exact=True).click()
    page.locator("#timeline .written", has_text="calls back on Monday").first.wait_for()
    page.get_by_label(words["kind"], exact=True).select_option("orders")
    settle(page)
    assert not page.locator("#timeline .written").count()
    page.locator("#timeline details summary").first.click()
    page.locator("#timeline details li").first.wait_for()
    wrong += faults(page, look)
    assert not wrong, "\n".join(wrong)


def test_the_director_reads_who_looked(look: dict[str, Any], visit: "Callable[..., Page]") -> None:
    manager = visit("account_manager")
    listed(manager)
    page = visit("director", **look)
    wrong = faults(page, look, "/customers/looks/?who=account_manager")
    assert page.locator("main tbody tr").count()
    assert not wrong, "\n".join(wrong)
