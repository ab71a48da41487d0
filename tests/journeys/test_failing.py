"""What people see while the installation does not answer: a part that does not come says so."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def _page(address: str, session: str, chromium: "Browser") -> "Page":
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context.new_page()


def test_a_part_that_does_not_come_says_so(address: str, session_of: Callable[..., str], chromium: "Browser") -> None:
    page = _page(address, session_of("analyst"), chromium)
    page.route("**/measures/revenue/answer/*", lambda route: route.fulfill(status=500))
    page.goto("/measures/revenue/")
    page.get_by_role("alert").get_by_text("could not be shown").wait_for(timeout=10_000)
    assert not page.get_by_text("Working it out").is_visible()
    page.context.close()
