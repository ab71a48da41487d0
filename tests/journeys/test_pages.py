"""Every page as each role finds it: opens, fits, is readable by everybody, in both languages and themes."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.journeys.conftest import PASSWORD

from vernost_web.accounts.permissions import Role
from vernost_web.retention.sections import SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROLES = [role.value for role in Role]
LOOKS = [
    pytest.param({"language": "en", "theme": "light", "width": 1280}, id="English, light, wide"),
    pytest.param({"language": "ru", "theme": "dark", "width": 390}, id="Russian, dark, narrow"),
]
SERIOUS = {"serious", "critical"}
LEAVE_OUT = {"en": "Leave this table out", "ru": "Не загружать эту таблицу"}
BEHIND = {
    "": ("/login/", "/password/reset/", "/password/reset/done/", "/inactive/"),
    "administrator": ("/people/me/", "/people/permissions/", "/people/invite/", "/people/1/", "/two-factor/",
                      "/password/change/", "/api/keys/", "/tracking/sources/",
                      "/privacy/?who=nobody", "/privacy/person/?customer=c0000001", "/privacy/terms/"),
    "analyst": ("/measures/retention_rate/?by=month", "/measures/retention_rate/customers/?by=month",
                "/predictions/policy/", "/data/loads/1/", "/data/loads/1/undo/",
                "/segments/new/", "/segments/new/list/", "/segments/compare/", "/segments/?show=archived",
                "/data/quality/", "/data/databases/", "/data/databases/new/", "/alerts/targets/",
                "/identity/merge/", "/identity/merges/", "/identity/refused/",
                *(f"/retention/?section={section}" for section in SECTIONS)),
}  # fmt: skip
"""Pages that no menu names, by who looks at them."""


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


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A way in which pages are looked at."""
    return dict(request.param)


def test_every_page_of_the_menu_is_readable_by_everybody(look: dict[str, Any], visit: Callable[..., "Page"]) -> None:
    page = visit("administrator", **look)
    wrong = [fault for address in menu_of(page) for fault in faults(page, look, address)]
    assert not wrong, "\n".join(wrong)


def test_on_a_phone_a_number_stands_before_its_question(visit: Callable[..., "Page"]) -> None:
    page = visit("analyst", width=390)
    page.goto("/measures/retention_rate/?by=month")
    number, field = page.locator(".headline-value"), page.locator("#id_cut")
    number.wait_for()
    box = number.bounding_box()
    assert box is not None
    assert box["y"] < page.viewport_size["height"]  # type: ignore[index]
    assert not field.is_visible()
    page.get_by_role("button", name="Change the question").click()
    field.wait_for(state="visible")


@pytest.mark.parametrize(("role", "addresses"), BEHIND.items())
def test_every_page_behind_the_menu_is_readable_by_everybody(
    role: str, addresses: tuple[str, ...], look: dict[str, Any], visit: Callable[..., "Page"]
) -> None:
    page = visit(role, **look)
    wrong = [fault for address in addresses for fault in faults(page, look, address)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("role", "wanted", "status"),
    [("hr", "/data/", 403), ("hr", "/nowhere/", 404), ("", "/nowhere/", 404), ("", "/people/enter/nothing/", 410)],
)
def test_a_page_that_is_not_to_be_had_is_readable_by_everybody(
    role: str, wanted: str, status: int, look: dict[str, Any], visit: Callable[..., "Page"]
) -> None:
    page = visit(role, is_refused=True, **look)
    wrong = faults(page, look, wanted, status=status)
    assert not wrong, "\n".join(wrong)


def test_the_second_factor_is_set_up_readably_for_everybody(look: dict[str, Any], visit: Callable[..., "Page"]) -> None:
    page = visit("support", **look)
    wrong = faults(page, look, "/two-factor/totp/activate/")
    assert "/reauthenticate/" in page.url
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/two-factor/totp/activate/")
    wrong += faults(page, look)
    assert page.locator("main img, main svg").count(), "the code to be scanned"
    assert not wrong, "\n".join(wrong)


def test_the_list_of_customers_is_readable_by_everybody(look: dict[str, Any], visit: Callable[..., "Page"]) -> None:
    page = visit("account_manager", **look)
    # The demo's model learns in the background and goes to work by itself.
    for _ in range(40):
        page.goto("/predictions/customers/?band=all")
        if page.locator("main table").count():
            break
        page.wait_for_timeout(3_000)
    wrong = faults(page, look)
    page.locator("main a[rel=next]").click()
    wrong += faults(page, look)
    assert page.locator("main a[rel=prev]").count()
    assert not wrong, "\n".join(wrong)


def test_who_is_invited_reads_the_way_in(look: dict[str, Any], visit: Callable[..., "Page"]) -> None:
    page, guest = visit("administrator"), visit(**look)
    page.goto("/people/invite/")
    page.get_by_label("E-mail").fill(f"guest-{look['language']}@example.com")
    page.get_by_role("button", name=re.compile("Invite|Make")).last.click()
    settle(page)
    found = re.search(r"/people/enter/[^\s\"<]+", page.content())
    assert found
    wrong = faults(guest, look, found[0])
    assert guest.locator("main input[type=password]").count()
    assert not wrong, "\n".join(wrong)


def test_what_was_brought_in_is_mapped_readably_for_everybody(
    look: dict[str, Any], visit: Callable[..., "Page"], tmp_path: Path
) -> None:
    (tmp_path / "sales.csv").write_text("order,date,customer,amount\n1,2026-01-05,Ann,1\n", encoding="utf-8")
    (tmp_path / "odd.csv").write_text(f"colour in {look['language']},size\nred,7\n", encoding="utf-8")
    page = visit("analyst", **look)
    page.goto("/data/")
    page.set_input_files("input[name=files]", [str(tmp_path / "sales.csv"), str(tmp_path / "odd.csv")])
    page.locator("form:has(input[name=files]) button").click()
    page.locator("form[action$='/try/']").first.wait_for(timeout=120_000)
    page.get_by_label(LEAVE_OUT[look["language"]]).last.check()
    page.locator("form[action$='/columns/'] button").last.click()
    page.locator(".card-header .badge").wait_for(timeout=120_000)
    wrong = faults(page, look)
    assert page.get_by_label(LEAVE_OUT[look["language"]]).last.is_checked()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_beside_others_keep_room_to_be_read(language: str, visit: Callable[..., "Page"]) -> None:
    page = visit("administrator", language=language)
    for address, words in (
        ("/predictions/", ".page-subtitle"), ("/audit/", ".changes dd"), ("/alerts/receivers/", ".page-subtitle"),
    ):  # fmt: skip
        page.goto(address)
        settle(page)
        narrow = page.eval_on_selector_all(
            words,
            """found => found.filter(each => each.clientHeight > 3.5 * parseFloat(getComputedStyle(each).lineHeight))
                .map(each => each.innerText)""",
        )
        assert not narrow, address
    page.goto("/people/permissions/")
    assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.table-responsive'))") == 0


def faults(page: "Page", look: dict[str, Any], address: str = "", *, status: int = 200) -> list[str]:
    """What is wrong with a page for somebody: with the one that is open where no address is named."""
    from axe_playwright_python.sync_playwright import Axe

    if address:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
    settle(page)
    place = page.url.partition("://")[2].partition("/")[2]
    _keep(page, "-".join([re.sub(r"\W+", "-", place) or "overview", *map(str, look.values())]))
    assert page.evaluate("document.documentElement.lang") == look["language"], place
    wrong = [
        f"{place}: {each['id']} {[node['html'][:120] for node in each['nodes'][:3]]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in SERIOUS
    ]
    room = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*wrong, f"{place}: {room} pixels too wide"] if room > 0 else wrong


def _keep(page: "Page", name: str) -> None:
    """Keep a picture of the page where ``VERNOST_PICTURES`` names a folder, to be looked at."""
    folder = os.environ.get("VERNOST_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)
