"""Numbers of a segment alone: on the page of a measure, in the room of retention, in the lists behind them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from vernost_web.metrics.queries import ask, inquiring
from vernost_web.segments import actions
from vernost_web.segments.models import Segment

pytestmark = pytest.mark.django_db

CITY = "city = 'Москва'"
RULE = {"attribute": "city", "is": "equals", "value": "Москва"}


@pytest.fixture
def moscow(shop: object, person: Callable[..., Any], done: Callable[[str], Any]) -> Segment:
    segment = actions.make(by=person(), name="Moscow", rule=RULE)
    done("segments.refresh")
    segment.refresh_from_db()
    assert segment.count
    return segment


def test_a_measure_of_a_segment_is_that_of_its_customers(moscow: Segment) -> None:
    assert ask("revenue", by="month", among=moscow.key).rows == ask("revenue", by="month", where=CITY).rows
    assert ask("revenue", by="month").rows != ask("revenue", by="month", where=CITY).rows


def test_an_answer_is_kept_until_the_rule_changes(
    moscow: Segment, person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vernost_web.metrics import answers

    first = ask("repeat_rate", among=moscow.key).rows
    with monkeypatch.context() as patch:
        patch.setattr(answers, "reading_among", None)  # whoever asks the engine again fails
        assert ask("repeat_rate", among=moscow.key).rows == first
    actions.change(moscow, by=person(), name="Moscow", rule={"not": RULE})
    assert ask("repeat_rate", among=moscow.key).rows != first


def test_a_number_of_a_segment_leads_to_its_customers(moscow: Segment, browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    page = client.get(f"/measures/repeat_rate/answer/?among={moscow.key}")
    row = page.context["told"].rows[0]
    address = f"/measures/repeat_rate/customers/?among={moscow.key}"

    assert f"among={moscow.key}" in page.content.decode()
    assert client.get(f"{address}&side=denominator").context["leaf"].count == row["denominator"]
    assert "Moscow" in client.get(f"/measures/repeat_rate/?among={moscow.key}").content.decode()


def test_the_room_of_retention_is_about_a_segment(moscow: Segment, browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    whole, part = (
        client.get(f"/retention/figures/cohorts/?by=month{more}").context["shown"].figure
        for more in ("", f"&among={moscow.key}")
    )
    where = client.get("/retention/figures/cohorts/", {"by": "month", "where": CITY}).context["shown"].figure

    assert part.table.rows == where.table.rows
    assert part.table.rows != whole.table.rows
    assert f"among={moscow.key}" in str(part.spec)
    with inquiring(among=moscow.key) as of_moscow, inquiring() as of_all:
        assert of_moscow.day == of_all.day


def test_a_segment_that_nobody_knows_is_refused(shop: object, moscow: Segment, browser: Callable[..., Client]) -> None:
    page = browser("analyst").get("/measures/revenue/answer/?among=nonsense")

    assert page.context["form"].errors["among"]
