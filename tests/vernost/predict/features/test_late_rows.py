"""Rows that a later load brought or replaced, in every engine."""

from pathlib import Path

import pytest
from tests.vernost.store.factories import hour, order, reading

from vernost.predict.features import features, late_facts
from vernost.store.connection import open_log, open_store


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


def ticket(ticket_id: str, **more: object) -> dict[str, object]:
    opened = hour(-24).replace(tzinfo=None)
    return {"ticket_id": ticket_id, "customer_id": "ann", "opened_at": opened} | more


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2024-04-30", {"orders": 2, "revenue": 20, "tickets": 1, "open_tickets": 1}, id="before any load"),
        pytest.param(
            "2024-05-02", {"orders": 2, "revenue": 20, "tickets": 1, "open_tickets": 1}, id="before the later"
        ),
        pytest.param("2024-05-03", {"orders": 3, "revenue": 34, "tickets": 2, "open_tickets": 1}, id="after it"),
    ],
)
def test_what_was_loaded_late_was_not_known(url: str, day: str, expected: dict[str, float]) -> None:
    first = {"orders": [order("1", 10), order("2", 10)], "tickets": [ticket("1")]}
    replied = hour(-23).replace(tzinfo=None)
    later = {
        # Order 3 happened long before it was loaded; order 1 was known all the time, with another amount.
        "orders": [order("3", 14, day=5), order("1", 10, coupon="MAY")],
        "tickets": [ticket("1", first_reply_at=replied, resolved_at=replied), ticket("2")],
    }
    store = open_store(url, create=True)
    store.load(reading(first), loaded_at=hour(0))
    store.load(reading(later), loaded_at=hour(48))

    with open_log(url) as log:
        (found,) = log.fetch(features(log, day)).to_pylist()
        late = late_facts(log, day)

    assert {name: found[name] for name in expected} == expected
    assert found["discounted_share"] == (0 if day < "2024-05-03" else pytest.approx(1 / 3))
    assert late == ({"orders": 1, "tickets": 1} if day < "2024-05-03" else {})
