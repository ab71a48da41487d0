"""The same world with and without actions: whom they change, whom not, and by how much."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from vernost.errors import InvalidValue, UnknownName
from vernost.schema import TABLES
from vernost.sources.synthetic import PRESETS, Action, Future, Setting, World, continue_, load_preset, make_world
from vernost.sources.synthetic.actions import DO_NOT_DISTURB, LOST_CAUSE, PERSUADABLE, SURE_THING, kinds
from vernost.sources.synthetic.columns import Array

CUSTOMERS, MONTHS = 12_000, 6
CONTRACTS = ("subscription", "saas", "telecom")
EFFECTS = ("order_effect", "money_effect", "day_effect")


@cache
def world(preset: str, customers: int = CUSTOMERS) -> World:
    return make_world(Setting(load_preset(preset), customers=customers, seed=3))


def everyone(of: World) -> Array:
    return np.ones(of.setting.customers, bool)


@cache
def done_for_everyone(preset: str, kind: str) -> Future:
    of = world(preset)
    return continue_(of, [Action(kind, everyone(of), cost=2.0, at=5)], MONTHS)


def here(future: Future, kind: str, group: int) -> Array:
    return future.world.is_here & (future.world.customers[f"group_{kind}"] == group)


@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_without_actions_both_branches_are_the_same(preset: str) -> None:
    future = continue_(world(preset), [], MONTHS)

    for effect in (*EFFECTS, "cost", "gain"):
        assert not future.customers[effect].any(), effect
    assert future.orders("with").equals(future.orders("without"))
    assert future.tickets("with").equals(future.tickets("without"))
    assert future.orders("with").num_rows > CUSTOMERS / 2


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_lost_causes_do_not_move_but_cost(preset: str, kind: str) -> None:
    future = done_for_everyone(preset, kind)
    lost = here(future, kind, LOST_CAUSE)

    for effect in EFFECTS:
        assert not future.customers[effect][lost].any(), effect
    assert (future.customers["gain"][lost] == -2.0).all()


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_sure_things_do_not_move_but_take_the_discount(preset: str, kind: str) -> None:
    future = done_for_everyone(preset, kind)
    truth, sure = future.customers, here(future, kind, SURE_THING)

    assert not truth["order_effect"][sure].any()
    assert not truth["day_effect"][sure].any()
    assert truth["money_effect"][sure].max() <= 0
    assert bool(truth["money_effect"][sure].any()) is bool(kinds()[kind].discount)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_the_persuadable_stay_longer_and_order_more(preset: str, kind: str) -> None:
    future = done_for_everyone(preset, kind)
    truth, moved = future.customers, here(future, kind, PERSUADABLE)

    assert truth["order_effect"][moved].min() == 0
    assert truth["order_effect"][moved].sum() > 0
    assert truth["day_effect"][moved].min() == 0
    assert truth["day_effect"][moved].sum() > 0
    assert not truth["is_driven_out"][moved].any()


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_who_wants_to_be_left_alone_is_harmed(preset: str, kind: str) -> None:
    future = done_for_everyone(preset, kind)
    truth, harmed = future.customers, here(future, kind, DO_NOT_DISTURB)

    assert truth["order_effect"][harmed].max() == 0
    assert truth["order_effect"][harmed].sum() < 0
    assert truth["day_effect"][harmed].max() == 0
    assert truth["day_effect"][harmed].sum() < 0
    assert not truth["is_kept"][harmed].any()


@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_who_was_gone_neither_orders_nor_moves(preset: str) -> None:
    future = done_for_everyone(preset, "call")
    gone = future.world.customers["left"] < future.world.setting.days
    truth = future.customers

    assert gone.any()
    assert not truth["orders_without"][gone].any()
    assert not truth["orders_with"][gone].any()
    assert (truth["left_with"][gone] < 0).all()
    assert (truth["cost"][gone] == 2.0).all()


def test_the_untreated_do_the_same_in_both_branches() -> None:
    of = world("shop")
    treated = np.arange(CUSTOMERS) % 2 == 0
    future = continue_(of, [Action("coupon", treated), Action("call", treated, at=40)], MONTHS)

    assert (future.customers["is_treated"] == treated).all()
    for effect in (*EFFECTS, "gain"):
        assert not future.customers[effect][~treated].any(), effect
        assert future.customers[effect][treated].any(), effect


def test_what_is_done_for_others_does_not_change_the_effect_on_one() -> None:
    of, odd = world("shop"), np.arange(CUSTOMERS) % 2 == 1
    call, coupon = Action("call", odd, at=9), Action("coupon", ~odd, at=2)
    alone, together = continue_(of, [call], MONTHS), continue_(of, [coupon, call], MONTHS)

    for name in alone.customers:
        # Instants are followed in more steps when there are more actions: equal but for their last digits.
        assert alone.customers[name][odd] == pytest.approx(together.customers[name][odd], abs=1e-6), name
    assert alone.orders("without").equals(together.orders("without"))


def test_the_same_world_goes_on_in_the_same_way_each_time() -> None:
    of = make_world(world("shop").setting)
    again = continue_(of, [Action("coupon", everyone(of), cost=2.0, at=5)], MONTHS)

    assert again.orders("with").equals(done_for_everyone("shop", "coupon").orders("with"))


def test_two_actions_for_one_customer_add_up() -> None:
    of = world("shop")
    once = continue_(of, [Action("reminder", everyone(of))], MONTHS).customers
    twice = continue_(of, [Action("reminder", everyone(of)), Action("reminder", everyone(of))], MONTHS).customers
    moved = of.is_here & (of.customers["group_reminder"] == PERSUADABLE)

    assert twice["cost"] == pytest.approx(2 * once["cost"])
    assert (twice["order_effect"] - once["order_effect"])[moved].min() >= 0
    assert twice["order_effect"][moved].sum() > 1.6 * once["order_effect"][moved].sum()


def test_an_action_is_felt_from_its_day_on() -> None:
    of = world("shop")
    future = continue_(of, [Action("coupon", everyone(of), at=60)], MONTHS)
    early = [pc.less(table["ordered_at"], of_day(future, 60)) for table in branches(future)]
    first, second = (table.filter(mask) for table, mask in zip(branches(future), early, strict=True))

    assert first.to_pylist() == second.to_pylist()
    assert first.num_rows > 0


def branches(future: Future) -> tuple[pa.Table, pa.Table]:
    return future.orders("without"), future.orders("with")


def of_day(future: Future, days: int) -> pa.Scalar:
    return pa.scalar(future.setting.start.replace(tzinfo=UTC) + timedelta(days=days), pa.timestamp("us", tz="UTC"))


@pytest.mark.parametrize("preset", ["shop", "restaurant", "telecom"])
def test_tables_of_orders_have_the_shape_of_the_log_and_the_money_of_the_truth(preset: str) -> None:
    future = done_for_everyone(preset, "coupon")
    for which, table in zip(("without", "with"), branches(future), strict=True):
        assert tuple(table.column_names) == TABLES["orders"].names
        assert len(set(table["order_id"].to_pylist())) == table.num_rows
        at = table["ordered_at"]
        assert pc.min(at).as_py() >= future.world.setting.end.replace(tzinfo=UTC)
        assert pc.max(at).as_py() < future.setting.end.replace(tzinfo=UTC)
        paid = table.filter(pc.equal(table["status"].cast("string"), "completed"))
        totals = paid.group_by("customer_id").aggregate([("amount", "sum")])
        money = dict(zip(totals["customer_id"].to_pylist(), totals["amount_sum"].to_pylist(), strict=True))
        truth = dict(zip(future.world.ids.tolist(), future.customers[f"money_{which}"].tolist(), strict=True))
        assert {name: float(value) for name, value in money.items() if value} == {
            name: value for name, value in truth.items() if value
        }


def test_a_coupon_is_taken_off_the_first_order_in_its_time_once() -> None:
    future = done_for_everyone("shop", "coupon")
    table = future.orders("with")
    used = table.filter(pc.equal(table["coupon"].cast("string"), "coupon-5"))
    of_used = dict(zip(used["order_id"].to_pylist(), used.to_pylist(), strict=True))
    plain = {row["order_id"]: row for row in future.orders("without").to_pylist() if row["order_id"] in of_used}

    assert len(set(used["customer_id"].to_pylist())) == used.num_rows > 100
    groups = future.world.customers["group_coupon"][[int(name[1:]) - 1 for name in used["customer_id"].to_pylist()]]
    assert set(groups.tolist()) == {PERSUADABLE, SURE_THING}
    assert len(plain) > 100
    for name, row in plain.items():
        assert float(of_used[name]["amount"]) == pytest.approx(0.85 * float(row["amount"]), abs=0.011), name


def test_contracts_go_on_at_the_price_they_had() -> None:
    of = world("saas")
    orders = continue_(of, [], 2).without_actions.orders
    first = np.unique(orders["customer"], return_index=True)[1]
    known = of.customers["monthly_price"][orders["customer"][first]]

    assert orders["cents"][first] / 100 == pytest.approx(known)


@pytest.mark.parametrize("preset", CONTRACTS)
def test_subscriptions_run_on_from_those_of_the_log_until_their_customers_leave(preset: str) -> None:
    future = done_for_everyone(preset, "call")
    of, end = future.world, future.world.setting.end.replace(tzinfo=UTC)
    stayed = of.customers["left"] >= of.setting.days
    for which, branch in (("without", future.without_actions), ("with", future.with_actions)):
        table = future.subscriptions(which)  # type: ignore[arg-type]
        assert tuple(table.column_names) == TABLES["subscriptions"].names
        assert len(set(table["subscription_id"].to_pylist())) == table.num_rows
        last = {row["customer_id"]: row for row in table.to_pylist()}
        first = {row["customer_id"]: row for row in reversed(table.to_pylist())}
        assert sorted(last) == of.ids[stayed].tolist()
        # What ran at the end of the world is what the log says of it: the same id, day and price.
        for number in np.flatnonzero(stayed)[:300].tolist():
            row = first[of.ids[number]]
            assert row["subscription_id"].endswith(f"-s{of.customers['stretch'][number] + 1}")
            assert row["started_at"] < end
            assert float(row["monthly_price"]) == pytest.approx(of.customers["monthly_price"][number])
        ended = np.array([last[name]["ended_at"] is not None for name in of.ids[stayed].tolist()])
        assert (ended == np.isfinite(branch.left[stayed])).all()
        assert 0.02 < ended.mean() < 0.5
        assert min(row["ended_at"] for row in last.values() if row["ended_at"]) >= end
        # Some have changed their plan or seats since, where the preset lets them.
        assert table.num_rows > len(last)


def test_a_call_keeps_the_subscriptions_of_the_persuadable() -> None:
    future = done_for_everyone("telecom", "call")
    running = {
        which: {row["customer_id"] for row in future.subscriptions(which).to_pylist() if row["ended_at"] is None}
        for which in ("with", "without")
    }

    kept, driven_out = (set(future.world.ids[future.customers[name]].tolist()) for name in ("is_kept", "is_driven_out"))
    assert running["with"] - running["without"] == kept
    assert running["without"] - running["with"] == driven_out
    assert len(kept) > 20
    assert len(driven_out) > 20


@pytest.mark.parametrize("preset", ["shop", "saas"])
def test_faster_replies_answer_the_tickets_of_the_persuadable_within_a_day(preset: str) -> None:
    future = done_for_everyone(preset, "faster_replies")
    start, during = future.setting.start.replace(tzinfo=UTC), timedelta(days=95)
    before, after = (
        {row["ticket_id"]: row for row in future.tickets(which).to_pylist()}  # type: ignore[arg-type]
        for which in ("without", "with")
    )
    persuadable = set(future.world.ids[future.world.customers["group_faster_replies"] == PERSUADABLE].tolist())
    in_time = {
        name
        for name, row in after.items()
        if row["customer_id"] in persuadable and timedelta(days=5) <= row["opened_at"] - start < during
    }
    end, day = future.setting.end.replace(tzinfo=UTC), timedelta(days=1)

    def waited(row: dict[str, object]) -> bool:
        return (row["first_reply_at"] or end) - row["opened_at"] > day  # type: ignore[operator]

    assert tuple(future.tickets("with").column_names) == TABLES["tickets"].names
    assert len(after) == future.tickets("with").num_rows > 500
    assert not [name for name in in_time if waited(after[name])]
    assert sum(waited(before[name]) for name in in_time & before.keys()) > 2
    # All other tickets go as they would have gone.
    others = (before.keys() & after.keys()) - in_time
    assert {name: before[name] for name in others} == {name: after[name] for name in others}
    assert all(
        row["opened_at"] <= (row["first_reply_at"] or end) <= (row["resolved_at"] or end) for row in after.values()
    )


def test_a_company_without_contracts_has_no_subscriptions() -> None:
    with pytest.raises(InvalidValue, match="shop has no contracts"):
        continue_(world("shop"), [], 1).subscriptions("with")


def test_another_future_of_the_same_past_is_another_one_each_time_the_same() -> None:
    of = world("shop")
    futures = [continue_(of, [], 2, future_seed=seed) for seed in (0, 1, 1, 2)]
    left = [future.customers["left_without"] for future in futures]

    assert (left[1] == left[2]).all()
    assert futures[1].orders("with").equals(futures[2].orders("with"))
    here, gone = of.is_here, of.customers["left"] < of.setting.days
    for one, two in ((0, 1), (1, 3)):
        assert 0.02 < (np.isinf(left[one]) != np.isinf(left[two]))[here].mean() < 0.3
        assert (left[one] == left[two])[gone].all()


def test_a_future_has_a_seed_of_zero_or_more() -> None:
    with pytest.raises(InvalidValue, match="future_seed is -1"):
        continue_(world("shop"), [], 1, future_seed=-1)


@pytest.mark.parametrize("preset", PRESETS)
def test_customers_go_on_leaving_at_the_pace_at_which_they_left(preset: str) -> None:
    quiet = replace(load_preset(preset), events=())
    of = make_world(Setting(quiet, customers=25_000, seed=3))
    end, left = of.setting.days, of.customers["left"]
    # Who came lately leaves sooner; those with a yearly contract leave at its end, which is not the same each month.
    known = (of.customers["arrived"] < end - 270) & (of.customers.get("days", np.zeros(25_000)) < 40)
    were_here = known & (left >= end - 90)
    past = (left < end)[were_here].mean()
    ahead = np.isfinite(continue_(of, [], 3).customers["left_without"])[known & np.isinf(left)].mean()

    assert ahead == pytest.approx(past, rel=0.15)


def test_customers_of_the_second_chunk_are_who_they_are() -> None:
    of = world("shop", 25_400)
    last = of.ids[25_000:]
    future = continue_(of, [Action("points", last.tolist())], 2)

    assert future.customers["is_treated"].nonzero()[0].tolist() == list(range(25_000, 25_400))
    changed = future.customers["money_effect"].nonzero()[0]
    assert changed.size > 0
    assert changed.min() >= 25_000


def some(*names: str) -> Callable[[], Action]:
    return lambda: Action("call", names)


@pytest.mark.parametrize(
    ("made", "error", "says"),
    [
        pytest.param(lambda: Action("bribe", ()), UnknownName, "no kind of action 'bribe'", id="unknown kind"),
        pytest.param(lambda: Action("call", (), cost=-1), InvalidValue, "cost of the call is -1", id="cost below 0"),
        pytest.param(lambda: Action("call", (), at=float("nan")), InvalidValue, "at of the call is nan", id="no time"),
        pytest.param(lambda: Action("call", (), at=90), InvalidValue, "goes on for 59 days", id="after the time ahead"),
        pytest.param(some("c0012001"), InvalidValue, "ids run from c0000001 to c0012000", id="one too far"),
        pytest.param(some("c0000000"), InvalidValue, "no customer 'c0000000'", id="before the first"),
        pytest.param(some("c١"), InvalidValue, "no customer 'c١'", id="other digits"),
        pytest.param(some("c1"), InvalidValue, "no customer 'c1'", id="another spelling"),
        pytest.param(
            lambda: Action("call", np.ones(3, bool)), InvalidValue, "has 3 places, the world has 12000", id="short mask"
        ),
    ],
)
def test_what_cannot_be_done_is_said(made: Callable[[], Action], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        continue_(world("shop"), [made()], 2)


def test_a_branch_is_with_or_without() -> None:
    with pytest.raises(InvalidValue, match='must be "with" or "without"'):
        continue_(world("shop"), [], 1).orders("both")  # type: ignore[arg-type]
