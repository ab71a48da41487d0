"""What the company chose holds for every number, whoever asks for it."""

from decimal import Decimal
from typing import Any

import pytest

from vernost_web.company.actions import change_company
from vernost_web.metrics.queries import ask, inquiring

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("measure", "chosen"),
    [("lost", {"lapse_days": 7}), ("clv", {"margin_rate": 0.5, "discount_rate": 0.2})],
)
def test_a_figure_counts_by_what_the_company_chose(measure: str, chosen: dict[str, Any], shop: object) -> None:
    before = ask(measure).rows
    change_company(lapse_days=7, margin=Decimal("0.5"), discount_rate=Decimal("0.2"))
    with inquiring() as inquiry:
        answer = inquiry.ask(measure)
    assert answer is not None
    assert chosen.items() <= answer.options.items()
    assert answer.rows == ask(measure).rows != before
