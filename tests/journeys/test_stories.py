"""One story per role, as it is lived in a real browser: what they come for, and what is not theirs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Position

Visit = Callable[..., "Page"]
MINUTE = 60_000
NEW_ORDERS = """order,date,customer,amount
N-1,2026-01-05,Journey Ann,100
N-2,2026-01-06,Journey Bob,50.5
N-3,not a day,Journey Eve,10
"""


def settle(page: "Page") -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def text_of(page: "Page") -> str:
    settle(page)
    return page.inner_text("main")


def until(page: "Page", address: str, wanted: str) -> str:
    """What a page says once it says what is wanted, looked at again and again for two minutes."""
    for _ in range(40):
        page.goto(address)
        found = text_of(page)
        if re.search(wanted, found):
            return found
        page.wait_for_timeout(3_000)
    raise AssertionError(found)


def test_a_director_reads_the_overview_follows_a_number_and_sets_a_target(visit: Visit) -> None:
    page = visit("director")
    page.goto("/")
    assert "What changed, and where" in text_of(page)
    page.get_by_role("link", name="Retention rate").first.click()
    assert re.search(r"\d+\.\d%", text_of(page))
    page.goto("/alerts/targets/")
    page.get_by_label("Measure").select_option("retention_rate")
    page.get_by_label("Period", exact=True).select_option("month")
    page.get_by_label("Target", exact=True).fill("50")
    page.get_by_role("button", name="Set the target").click()
    assert "50" in text_of(page)
    page.goto("/")
    assert "50" in text_of(page)
    assert page.request.get("/people/").status == 403


def test_an_analyst_loads_a_file_reads_the_receipt_and_undoes_it(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "new-orders.csv").write_text(NEW_ORDERS, encoding="utf-8")
    page = visit("analyst")
    page.goto("/data/")
    page.set_input_files("input[name=files]", str(tmp_path / "new-orders.csv"))
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Try it out").first.wait_for(timeout=2 * MINUTE)
    assert "N-1" in text_of(page)
    page.get_by_role("button", name="Load", exact=True).first.click()
    page.get_by_role("link", name="Undo").wait_for(timeout=2 * MINUTE)
    receipt = text_of(page)
    assert "Each row that was read is accounted for" in receipt
    assert "not a day" in receipt
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.get_by_text("undone").first.wait_for(timeout=2 * MINUTE)


def test_a_marketer_narrows_the_cohorts_and_takes_their_customers_away(visit: Visit) -> None:
    page = visit("marketer")
    page.goto("/retention/?section=staying&by=quarter")
    settle(page)
    assert page.locator("svg.marks").count() > 0
    page.goto("/measures/retention_rate/customers/?by=quarter")
    assert re.search(r"\d+ customers", text_of(page))
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.endswith(".csv")


def labels(page: "Page", anchor: str) -> list[str]:
    """What the cells of a heat map say."""
    cells = page.locator(f"#{anchor} .mark-rect path")
    cells.first.wait_for(timeout=MINUTE)
    return [str(each) for each in cells.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")]


def follow(page: "Page", anchor: str, place: int) -> int:
    """Press a cell of a heat map; how many customers it leads to."""
    settle(page)
    cell = page.locator(f"#{anchor} .mark-rect path").nth(place)
    # Within the frame, which the browser counts to the cell, and beside the number, which is a mark of its own.
    beside: Position = {"x": 14, "y": 12}
    cell.hover(position=beside)
    assert cell.evaluate("each => getComputedStyle(each).cursor") == "pointer"
    cell.click(position=beside)
    page.wait_for_url("**/customers/?*")
    found = re.search(r"([\d,]+) customer", text_of(page))
    assert found
    return int(found[1].replace(",", ""))


def test_a_link_shows_a_colleague_the_same_and_a_cell_its_customers(visit: Visit) -> None:
    page, colleague = visit("marketer"), visit("director")
    page.goto("/retention/")
    page.get_by_label("Periods", exact=True).select_option("quarter")
    page.get_by_label("Group", exact=True).select_option(index=1)
    page.get_by_role("button", name="Show").click()
    settle(page)
    seen = labels(page, "cohorts")
    colleague.goto(page.url)
    assert labels(colleague, "cohorts") == seen
    colleague.goto("/retention/?by=quarter")
    assert labels(colleague, "cohorts") != seen, "without the group"
    place = max(range(len(seen)), key=lambda number: counted(seen[number]))
    assert follow(page, "cohorts", place) == counted(seen[place])


def test_a_cell_of_risk_and_money_leads_to_its_customers(visit: Visit) -> None:
    page = visit("marketer")
    # The demo's model learns in the background and goes to work by itself.
    until(page, "/predictions/customers/", r"\d+ customers")
    page.goto("/predictions/")
    seen = labels(page, "risk-map")
    place = max(range(len(seen)), key=lambda number: counted(seen[number]))
    assert follow(page, "risk-map", place) == counted(seen[place])
    page.go_back()
    assert labels(page, "risk-map") == seen


@pytest.mark.parametrize("kind", ["CSV", "Excel", "PNG", "SVG"])
def test_a_figure_is_taken_away(kind: str, visit: Visit) -> None:
    page = visit("analyst")
    page.goto("/retention/?section=staying&by=quarter")
    page.locator("#lifecycle .dropdown-toggle").click()
    with page.expect_download() as taken:
        page.locator("#lifecycle").get_by_role("link", name=kind, exact=True).click()
    assert Path(taken.value.path()).stat().st_size > 100
    assert taken.value.suggested_filename.startswith("lifecycle.")


def counted(label: str) -> int:
    """How many customers a cell says it holds."""
    found = re.search(r"Customers: ([\d,]+)", label)
    assert found
    return int(found[1].replace(",", ""))


def test_an_account_manager_sees_whom_to_call_by_name_and_why(visit: Visit) -> None:
    page = visit("account_manager")
    # The demo's model learns in the background and goes to work by itself.
    found = until(page, "/predictions/customers/", r"\d+ customers")
    assert "%" in found
    assert re.search(r"has (ordered|bought|been|paid)|with us|no order|silent|first", found), "reasons in words"


def test_a_product_manager_filters_a_measure_and_learns_what_is_wrong_with_a_filter(visit: Visit) -> None:
    page = visit("product")
    page.goto("/measures/nps/")
    page.get_by_label("Only where").fill("nonsense = 1")
    page.get_by_role("button", name="Show").click()
    assert "nonsense" in text_of(page)
    page.goto("/measures/nps/?by=quarter")
    settle(page)
    assert page.get_by_role("link", name="CSV").count() == 0


def test_support_sees_its_own_numbers_and_the_alarms(visit: Visit) -> None:
    page = visit("support")
    page.goto("/")
    assert "reply" in text_of(page).lower()
    page.goto("/alerts/")
    assert "Alarms" in page.title()
    assert page.request.get("/settings/").status == 403


def test_hr_reads_numbers_and_no_customers(visit: Visit) -> None:
    page = visit("hr")
    page.goto("/measures/retention_rate/?by=quarter")
    settle(page)
    assert page.get_by_role("link", name="The customers behind it").count() == 0
    assert page.request.get("/measures/retention_rate/customers/").status == 403
    assert page.request.get("/predictions/").status == 403


def test_an_administrator_invites_somebody_who_joins_in_their_own_language(visit: Visit, chromium: "Browser") -> None:
    page = visit("administrator")
    page.goto("/people/invite/")
    page.get_by_label("E-mail").fill("newcomer@example.com")
    page.get_by_label("Role").select_option("marketer")
    page.get_by_role("button", name=re.compile("Invite|Make")).last.click()
    settle(page)
    found = re.search(r"http://\S+/enter/\S+", page.content())
    assert found
    link = re.split(r"[\"<\s]", found[0])[0]
    with chromium.new_context(locale="ru") as context:
        newcomer = context.new_page()
        newcomer.goto(link)
        for field in newcomer.locator("main input[type=password]").all():
            field.fill("a long enough passphrase")
        newcomer.locator("main input[type=text]").first.fill("Новичок")
        newcomer.get_by_role("button", name="Присоединиться").click()
        newcomer.wait_for_url(lambda url: "/enter/" not in url)
        newcomer.goto(page.url.split("/people/")[0] + "/")
        settle(newcomer)
        assert "Обзор" in newcomer.title()
    page.goto("/audit/?q=newcomer")
    assert "newcomer@example.com" in text_of(page)


@pytest.mark.parametrize("role", ["director", "hr"])
def test_nobody_is_stopped_by_a_second_tab_or_by_going_back(role: str, visit: Visit) -> None:
    page = visit(role)
    page.goto("/")
    page.goto("/measures/aov/?by=month")
    settle(page)
    second = page.context.new_page()
    second.goto("/measures/")
    page.go_back()
    settle(page)
    page.reload()
    settle(page)
    assert "Overview" in page.title()
    assert "Measures" in second.title()


def test_an_administrator_gives_a_program_a_key_tells_another_and_takes_both_back(visit: Visit) -> None:
    page = visit("administrator")
    page.goto("/api/keys/")
    page.get_by_label("What it is for").fill("nightly load")
    page.get_by_label("See measures, charts and reports").check()
    page.get_by_role("button", name="Make the key").click()
    key = {"Authorization": f"Bearer {page.locator('#key').input_value()}"}
    assert page.request.get("/api/v1/measures/aov/answer?by=month", headers=key).json()["rows"]
    assert page.request.get("/api/v1/people", headers=key).status == 403
    page.get_by_role("button", name="Revoke nightly load").click()
    assert "revoked" in text_of(page)
    assert page.request.get("/api/v1/measures", headers=key).status == 401
    page.goto("/webhooks/")
    page.get_by_label("Address").fill("http://127.0.0.1/hook")
    page.get_by_role("button", name="Add").click()
    assert "inside the network" in text_of(page)
    page.get_by_label("Address").fill("https://hooks.example.com/vernost")
    page.get_by_label("Data were loaded").check()
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Show the secret").click()
    assert "whsec_" in text_of(page)
    page.get_by_role("button", name="Remove").click()
    assert "No other program is told" in text_of(page)
