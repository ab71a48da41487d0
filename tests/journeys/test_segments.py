"""A marketer makes a segment of a rule, sees how many it means while making it, and asks numbers of it alone."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.journeys.test_stories import settle, text_of, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., "Page"]
COUNT = re.compile(r"([\d,]+) customers")


def counted(page: "Page", before: str) -> str:
    """The number beside the rule once it is another one."""
    page.wait_for_function(
        "before => { const said = document.querySelector('#count [role=status]');"
        " return said && said.innerText !== before; }",
        arg=before,
    )
    return page.inner_text("#count [role=status]")


def test_a_marketer_makes_a_segment_and_asks_numbers_of_it(visit: Visit) -> None:
    page = visit("marketer")
    until(page, "/segments/", "One-time buyers")
    page.get_by_role("link", name="A new segment").click()
    everybody = counted(page, "")
    page.get_by_role("button", name="What they did").click()
    buyers = counted(page, everybody)
    page.get_by_label("Number", exact=True).fill("3")
    page.get_by_label("How much").focus()
    often = counted(page, buyers)
    page.get_by_label("When").select_option("within_days")
    page.get_by_label("Days", exact=True).wait_for()
    lately = counted(page, often)
    numbers = [int(COUNT.search(each)[1].replace(",", "")) for each in (everybody, buyers, often, lately)]  # type: ignore[index]  # each says a number
    assert numbers[0] >= numbers[1] > numbers[2] > numbers[3] > 0
    assert "orders: at least 3, within the last 90 days" in page.inner_text("#count")

    page.get_by_label("Name of the segment").fill("Journey regulars")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/segments/of/**")
    address = page.url
    said = until(page, address, f"{numbers[3]:,} customers")
    assert "orders: at least 3, within the last 90 days" in said
    page.get_by_role("link", name="How they stay").click()
    settle(page)
    assert page.get_by_label("Segment").input_value() == address.rstrip("/").rpartition("/")[2]
    page.goto(f"{address}change/")
    assert "orders: at least 3" in text_of(page) or page.get_by_label("Number", exact=True).input_value() == "3"
