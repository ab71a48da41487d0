"""From the inbox into the log."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vernost import open_log
from vernost_web.tracking import pieces
from vernost_web.tracking.inbox import Inbox, State, opened
from vernost_web.tracking.tests.conftest import Client

AT = "2026-03-0{}T12:00:00Z"
BRING = "tracking.bring"
Bring = Callable[[], Any]


@pytest.fixture
def bring(done: Callable[[str], Any], empty_log: Path) -> Bring:
    return lambda: done(BRING)


@pytest.fixture
def table(empty_log: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Columns of a table of the log, by its key."""

    def read(name: str, *columns: str) -> list[tuple[Any, ...]]:
        if not empty_log.exists():
            return []
        with open_log(str(empty_log)) as log:
            if name not in log.tables:
                return []
            rows = log.tables[name].to_pyarrow().to_pylist()
        return sorted((tuple(row[column] for column in columns) for row in rows), key=str)

    return read


def noon(day: int) -> datetime:
    """An instant as the log has it."""
    return datetime(2026, 3, day, 12)  # noqa: DTZ001 - instants of the log are UTC without a zone


def track(event: str, day: int = 1, *, user: str | None = "ann", **more: Any) -> dict[str, Any]:
    properties = {name: value for name, value in more.items() if name not in {"anonymousId", "messageId"}}
    rest = {name: value for name, value in more.items() if name in {"anonymousId", "messageId"}}
    return {
        "type": "track",
        "event": event,
        "userId": user,
        "timestamp": AT.format(day),
        "properties": properties,
        **rest,
    }


def identify(user: str, day: int = 1, *, anonymous: str | None = None, **traits: Any) -> dict[str, Any]:
    return {"type": "identify", "userId": user, "anonymousId": anonymous, "timestamp": AT.format(day), "traits": traits}


def test_events_and_traits_come_into_the_log(client: Client, bring: Bring, table: Any) -> None:
    client.batch(
        identify("ann", email="ann@example.com", firstName="Ann", lastName="Lee", plan="pro", address={"city": "Omsk"}),
        track("Signed Up", messageId="0123456789abcdef", colour="red"),
        {"type": "page", "userId": "ann", "name": "Home", "timestamp": AT.format(2), "properties": {"url": "/"}},
    )
    assert bring().result == {"count": 3}
    assert table("customers", "customer_id", "name", "email", "city", "source") == [
        ("ann", "Ann Lee", "ann@example.com", "Omsk", "shop.example.com")
    ]
    assert "pro" in table("customers", "extra")[0][0]
    assert table("events", "name", "properties", "occurred_at") == [
        ("Page Viewed", '{"name": "Home", "url": "/"}', noon(2)),
        ("Signed Up", '{"colour": "red"}', noon(1)),
    ]
    assert ("0123456789abcdef",) in table("events", "event_id")
    assert {row["state"] for row in client.rows()} == {State.BROUGHT}
    assert bring().result == {"count": 0}


@pytest.mark.parametrize("is_apart", [True, False], ids=["in two loads", "in one load"])
def test_the_last_word_counts_by_when_it_was_said(client: Client, bring: Bring, table: Any, is_apart: bool) -> None:
    client.batch(identify("ann", day=3, email="new@example.com", city="Omsk"))
    if is_apart:
        bring()
    client.batch(identify("ann", day=1, email="old@example.com", phone="+79160000000"))
    bring()
    assert table("customers", "email", "phone", "city") == [("new@example.com", "+79160000000", "Omsk")]


@pytest.mark.parametrize("is_apart", [True, False], ids=["in two loads", "in one load"])
def test_what_a_visitor_did_goes_to_who_they_are(client: Client, bring: Bring, table: Any, is_apart: bool) -> None:
    before = track("Product Viewed", 1, user=None, anonymousId="v1", product_id="p1")
    client.batch(before, track("Product Viewed", 1, user=None, anonymousId="v2"))
    if is_apart:
        bring()
        assert [row["state"] for row in client.rows()] == [State.HELD, State.HELD]
        assert table("events", "customer_id") == []
    client.batch(identify("ann", 2, anonymous="v1"), track("Product Added", 3, user=None, anonymousId="v1"))
    bring()
    assert table("events", "customer_id", "name") == [("ann", "Product Added"), ("ann", "Product Viewed")]
    held = {row["anonymous_id"] for row in client.rows() if row["state"] == State.HELD}
    assert held == {"v2"}


def test_an_alias_names_a_visitor_and_leaves_known_customers_apart(client: Client, bring: Bring, table: Any) -> None:
    client.batch(track("Opened", user=None, anonymousId="v1"), identify("bob"))
    bring()
    client.batch(
        {"type": "alias", "previousId": "v1", "userId": "ann"},
        {"type": "alias", "previousId": "ann", "userId": "bob"},
        {"type": "alias", "previousId": "bob", "userId": "ann"},
        {"type": "alias", "previousId": "ann", "userId": "ann"},
    )
    bring()
    assert table("events", "customer_id", "name") == [("ann", "Opened")]
    assert table("customers", "customer_id") == [("ann",), ("bob",)]


def test_a_group_is_a_company_with_its_people(client: Client, bring: Bring, table: Any) -> None:
    client.batch({"type": "group", "userId": "1", "groupId": "1", "traits": {"name": "Acme", "employees": 20}})
    bring()
    assert table("customers", "customer_id", "name", "is_business", "extra") == [
        ("1", None, None, '{"company":"company:1"}'),
        ("company:1", "Acme", True, '{"employees":20}'),
    ]


PRODUCTS = [
    {"product_id": "p1", "name": "Shirt", "category": "Wear", "price": 100, "quantity": 2},
    {"sku": "p2", "price": "50.50", "quantity": 1},
]


def test_an_order_has_its_lines_and_follows_what_is_said_of_it(client: Client, bring: Bring, table: Any) -> None:
    client.batch(track("Order Completed", 1, order_id=17, total=250.5, coupon="MAY", products=PRODUCTS))
    bring()
    assert table("orders", "order_id", "customer_id", "amount", "kind", "coupon") == [
        ("17", "ann", Decimal("250.5000"), "sale", "MAY")
    ]
    client.batch(
        track("Order Updated", 2, order_id=17, total=200, products=PRODUCTS[:1]),
        track("Order Completed", 3, order_id="17", total=200, products=PRODUCTS[:1]),
    )
    bring()
    assert table("orders", "order_id", "amount", "ordered_at", "coupon") == [("17", Decimal(200), noon(1), "MAY")]
    assert table("order_lines", "line", "product_id", "quantity", "unit_price") == [
        (1, "p1", 2.0, Decimal(100)),
        (2, "p2", 0.0, Decimal("50.5")),
    ]
    client.batch(track("Order Cancelled", 4, order_id=17))
    bring()
    assert table("orders", "status", "amount") == [("cancelled", Decimal(200))]


def test_refunds_stand_beside_their_sale(client: Client, bring: Bring, table: Any) -> None:
    client.batch(
        track("Order Completed", 1, order_id="17", total=250),
        track("Order Refunded", 2, order_id="17", total=50, messageId="refund-of-the-shirt"),
        track("Order Refunded", 2, order_id="17", total=30, messageId="refund-of-the-socks"),
        track("Order Refunded", 2, order_id="17", total=30, messageId="refund-of-the-socks"),
    )
    bring()
    client.batch(track("Order Refunded", 3, order_id="17", refund_id="R1"))
    bring()
    assert table("orders", "order_id", "amount", "kind") == [
        ("17 refund R1", Decimal(-250), "refund"),
        ("17 refund refund-of-the-shirt", Decimal(-50), "refund"),
        ("17 refund refund-of-the-socks", Decimal(-30), "refund"),
        ("17", Decimal(250), "sale"),
    ]


def test_an_order_of_the_till_is_not_doubled(client: Client, bring: Bring, table: Any, empty_log: Path) -> None:
    from tests.vernost.store.factories import NOON, order, reading

    from vernost import open_store

    till = order("17", 250, store="Omsk")
    open_store(str(empty_log), create=True).load(reading(orders=[till]), loaded_at=NOON)
    client.batch(
        track("Order Completed", 1, order_id="17", total=250, channel="web"),
        track("Order Cancelled", 2, order_id="18"),
        track("Order Refunded", 3, order_id="19"),
    )
    bring()
    assert table("orders", "order_id", "store", "channel", "status") == [
        ("17", "Omsk", "web", None),
        ("18", None, None, "cancelled"),
    ]
    notes = [row["why"] for row in client.rows()]
    assert "its order is not known" in notes[2]


def test_money_of_another_currency_makes_no_order(client: Client, bring: Bring, table: Any) -> None:
    from vernost_web.company.models import Company

    Company.objects.update_or_create(pk=1, defaults={"currency": "RUB"})
    client.batch(
        track("Order Completed", order_id="1", total=5, currency="USD"),
        track("Order Completed", order_id="2", total=5, currency="rub"),
        track("Order Completed", total=5),
    )
    bring()
    assert table("orders", "order_id") == [("2",)]
    assert len(table("events", "event_id")) == 3
    assert [row["why"] is None for row in client.rows()] == [False, True, False]


def test_a_subscription_begins_and_ends(client: Client, bring: Bring, table: Any) -> None:
    client.batch(track("Subscription Started", 1, subscription_id="s1", plan="pro", price=990))
    bring()
    client.batch(track("Subscription Cancelled", 5, subscription_id="s1", reason="too dear"))
    bring()
    assert table(
        "subscriptions", "subscription_id", "customer_id", "plan", "monthly_price", "ended_at", "cancel_reason"
    ) == [("s1", "ann", "pro", Decimal(990), noon(5), "too dear")]


def test_a_piece_whose_end_was_not_written_down_is_loaded_once(
    client: Client, bring: Bring, table: Any, empty_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.batch(track("Order Completed", 1, order_id="1", total=5), identify("ann", email="a@example.com"))

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pieces, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            bring()
    client.batch(track("Opened", 2))
    bring()
    with open_log(str(empty_log)) as log:
        assert log.load_count == 2
    assert sorted(table("events", "name")) == [("Opened",), ("Order Completed",)]
    client.batch(identify("ann", day=1, email="b@example.com"))
    bring()
    assert table("customers", "email") == [("b@example.com",)], "what was known before the death is known after it"


class Died(BaseException):
    """What a kill is to a worker."""


def test_who_dies_before_any_write_of_the_inbox_leaves_it_to_be_done_once(
    client: Client, bring: Bring, table: Any, empty_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = 0

    class Dying:
        def __init__(self, own: Any) -> None:
            self.own = own

        def __getattr__(self, name: str) -> Any:
            return getattr(self.own, name)

        def execute(self, sql: str, values: Any = ()) -> Any:
            nonlocal seen
            if sql.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "COMMIT"}:
                seen += 1
                if seen == before:
                    raise Died
            return self.own.execute(sql, values)

        def executemany(self, sql: str, values: Any) -> Any:
            return [self.execute(sql, each) for each in values]

    def message(number: int) -> str:
        return f"order-of-the-round-{number}"

    kind, connect = type(client.inbox), type(client.inbox).connect
    before = deaths = 0
    while deaths == before:
        before, seen = before + 1, 0
        client.batch(
            track("Order Completed", 1, order_id=before, total=5, messageId=message(before)),
            identify("ann", plan=before),
        )
        with monkeypatch.context() as patch:
            patch.setattr(kind, "connect", lambda self: Dying(connect(self)))
            try:
                bring()
            except Died:
                deaths += 1
        bring()
        assert table("events", "event_id") == sorted((message(number),) for number in range(1, before + 1))
        assert {row["state"] for row in client.rows()} == {State.BROUGHT}
    with open_log(str(empty_log)) as log:
        assert log.load_count == before, "each round is loaded once"
    assert deaths > 4


def test_two_who_bring_do_not_meet(client: Client, inbox: Inbox, bring: Bring) -> None:
    client.batch(track("Opened"))
    with inbox.alone() as is_alone:
        assert is_alone
        assert bring().result == {"count": 0}
    assert bring().result == {"count": 1}


def test_odd_values_reach_the_log_or_are_noted(client: Client, bring: Bring, table: Any) -> None:
    client.batch(
        identify(
            "ann", name="\u202eAnn\u200b<b>", email=5, phone={"a": 1}, birthday="soon", createdAt=True, nul="a\0b"
        ),
        track(
            "Order Completed", order_id="1", total="NaN", products=[None, {"price": 1}, {"sku": "x", "price": "1e99"}]
        ),
    )
    bring()
    assert table("customers", "name", "email", "phone", "birthday_on") == [("\u202eAnn\u200b<b>", "5", None, None)]
    assert table("orders", "order_id", "amount") == [("1", None)]


def test_pieces_are_of_one_size(client: Client, bring: Bring, monkeypatch: pytest.MonkeyPatch, table: Any) -> None:
    monkeypatch.setattr(pieces, "LARGEST", 3)
    client.batch(*[track("Opened", messageId=f"{number:020}") for number in range(8)])
    assert bring().result == {"count": 8}
    assert len(table("events", "event_id")) == 8
    with opened(client.inbox) as connection:
        assert connection.execute("SELECT count(*) FROM piece").fetchone() == (3,)


def test_two_known_customers_are_held_up_to_people_and_not_merged(client: Client, bring: Bring, table: Any) -> None:
    from vernost_web.identity.models import Pair

    client.batch(identify("ann", anonymous="v1"), identify("bob", anonymous="v1"), identify("eve"))
    bring()
    client.batch({"type": "alias", "previousId": "eve", "userId": "ann"})
    bring()
    assert {(each.first_id, each.second_id) for each in Pair.objects.all()} == {("ann", "bob"), ("ann", "eve")}
    assert table("customers", "customer_id") == [("ann",), ("bob",), ("eve",)]
