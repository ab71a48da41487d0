"""Nobody learns by a question who customers are, when their role may not see it."""

from collections.abc import Callable

import pytest
from django.test import Client

from vernost_web.reports.models import Report

pytestmark = pytest.mark.django_db
WHO, SINGLE = ("name", "email", "phone", "birthday_on", "extra"), ("order_id",)


def said(client: Client, address: str, **asked: str) -> tuple[bool, str]:
    """Whether a question was answered, and the page."""
    page = client.get(address, asked)
    text = page.content.decode()
    return page.status_code == 200 and "may not see" not in text, text


@pytest.mark.parametrize("role", ["hr", "product", "analyst", "director"])
@pytest.mark.parametrize("column", WHO)
def test_no_question_tells_names_and_addresses(
    column: str, role: str, browser: Callable[..., Client], shop: object
) -> None:
    client = browser(role)
    for address in ("/measures/orders/answer/", "/measures/orders/query/", "/retention/figures/cohorts/"):
        for asked in ({"cut": column}, {"cut": f"city, {column.upper()}"}, {"where": f'"{column}" IS NOT NULL'}):
            answered, text = said(client, address, **asked)
            assert not answered or address.endswith("query/")
            assert "@example" not in text
            assert "<td" not in text
    for asked in ({"cut": column}, {"where": f"{column} IS NOT NULL"}):
        assert client.get("/measures/orders/csv/", asked).status_code in {403, 404}
        assert client.get("/measures/orders/customers/", asked).status_code in {400, 403}


@pytest.mark.parametrize("column", SINGLE)
def test_single_facts_are_for_those_who_may_see_customers(
    column: str, browser: Callable[..., Client], shop: object
) -> None:
    assert not said(browser("hr"), "/measures/orders/answer/", cut=column)[0]
    assert said(browser("analyst"), "/measures/orders/answer/", cut=column)[0]
    assert not said(browser("hr"), "/measures/orders/answer/", where="customer_id = 'c0000001'")[0]


@pytest.mark.parametrize("column", ["ordered_at", "amount", "Delivered_At"])
def test_a_cut_into_single_facts_is_for_those_who_may_see_customers(
    column: str, browser: Callable[..., Client], shop: object
) -> None:
    assert not said(browser("hr"), "/measures/orders/answer/", cut=f"city,{column}")[0]
    assert not said(browser("hr"), "/retention/figures/cohorts/", cut=column)[0]
    assert said(browser("analyst"), "/measures/orders/answer/", cut=column.lower(), since="2025-12-01")[0]
    assert said(browser("hr"), "/measures/orders/answer/", where=f"{column.lower()} IS NOT NULL")[0]


def test_who_may_see_customers_may_ask_by_what_they_see(browser: Callable[..., Client], shop: object) -> None:
    assert said(browser("support"), "/measures/orders/answer/", cut="email")[0]
    assert said(browser("analyst"), "/measures/orders/answer/", where="customer_id <> 'x'")[0]
    assert said(browser("hr"), "/measures/orders/answer/", cut="city", where="city <> 'x'")[0]


@pytest.mark.parametrize("measure", ["rfm", "customer_features"])
def test_an_answer_with_a_row_for_each_customer_is_for_those_who_may_see_them(
    measure: str, browser: Callable[..., Client], shop: object
) -> None:
    assert not said(browser("hr"), f"/measures/{measure}/answer/")[0]
    assert said(browser("analyst"), f"/measures/{measure}/answer/")[0]


@pytest.mark.parametrize("column", ["email", "customer_id", "amount"])
def test_what_everybody_reads_is_asked_by_no_secret(column: str, browser: Callable[..., Client], shop: object) -> None:
    client = browser("administrator")
    filters = [] if column == "amount" else [{"cut": "", "where": f"{column} = 'x'"}]
    for asked in ({"cut": column, "where": ""}, *filters):
        page = client.post("/alerts/watches/", {"measure": "orders", "by": "day", **asked})
        assert page.status_code == 200, "the form is shown again"
    client.post("/reports/", {"language": "en", "where": f"{column} = 'x'"})
    assert not Report.objects.exists()
