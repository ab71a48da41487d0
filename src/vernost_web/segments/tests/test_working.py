"""Segments are worked out after a load, of changed customers alone where their rules allow it, and remember."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from vernost import open_store, read
from vernost_web.segments import actions, working
from vernost_web.segments.models import Day, Membership, Segment
from vernost_web.segments.queries import segments_of, state_of
from vernost_web.segments.rulebook import ids_of

pytestmark = pytest.mark.django_db

TWICE = {"did": "orders", "at_least": 2}
LATELY = {"measure": "days_since_last_order", "is": "at_most", "value": 30}


class Quiet:
    def tell(self, share: float, step: str = "") -> None:
        """Hear nothing."""


def load(log: Path, folder: Path, rows: list[str], number: int) -> None:
    """Load orders: id, customer, day."""
    file = folder / f"orders{number}.csv"
    lines = "".join(f"{row},10\n" for row in rows)
    file.write_text(f"order_id,customer_id,ordered_at,amount\n{lines}", encoding="utf-8")
    with read([str(file)]) as reading:
        open_store(str(log), create=True).load(reading, loaded_at=datetime(2026, 1, number, tzinfo=UTC))


def refresh() -> dict[str, Any]:
    return working.refresh(Quiet())


def people(segment: Segment) -> list[str]:
    return sorted(ids_of(segment))


@pytest.fixture
def first(empty_log: Path, tmp_path: Path) -> Path:
    """A log of one load: Ann bought twice, Bob once, all in January."""
    load(empty_log, tmp_path, ["1,ann,2025-01-05", "2,ann,2025-01-20", "3,bob,2025-01-31"], 1)
    return empty_log


def test_ready_segments_that_suit_are_there_after_the_first_load(first: Path) -> None:
    assert working.is_stale()
    refresh()

    assert people(Segment.objects.get(key="one_time")) == ["bob"]
    assert Segment.objects.get(key="rfm_loyal").count is not None
    assert not Segment.objects.filter(key="subscribers").exists()
    assert not working.is_stale()
    assert refresh() == {"segments": 0}


def test_who_comes_and_goes_is_remembered_by_day(first: Path, tmp_path: Path, person: Callable[..., Any]) -> None:
    segment = actions.make(by=person(), name="Bought once", rule={"measure": "orders", "is": "equals", "value": 1})
    refresh()
    load(first, tmp_path, ["4,bob,2025-02-10", "5,eve,2025-02-11"], 2)
    refresh()

    segment.refresh_from_db()
    assert (segment.count, segment.as_of, segment.load) == (1, date(2025, 2, 11), 2)
    assert people(segment) == ["eve"]
    times = [(each.entered_on, each.left_on) for each in segments_of(["bob"]) if each.segment == segment]
    assert times == [(date(2025, 1, 31), date(2025, 2, 11))]
    days = [(each.on, each.count, each.entered, each.left) for each in Day.objects.filter(segment=segment)]
    assert days == [(date(2025, 1, 31), 1, 0, 0), (date(2025, 2, 11), 1, 1, 1)]


def test_only_changed_customers_are_looked_at_where_no_clock_moves_the_rule(
    first: Path, tmp_path: Path, person: Callable[..., Any]
) -> None:
    Segment.objects.create(key="one_time", is_archived=True)  # so that no ready segment is in the way
    twice = actions.make(by=person(), name="Twice", rule=TWICE)
    lately = actions.make(by=person(), name="Lately", rule=LATELY)
    refresh()
    Segment.objects.filter(pk__in=Segment.objects.exclude(pk__in=[twice.pk, lately.pk])).update(is_archived=True)
    load(first, tmp_path, ["4,bob,2025-03-15"], 2)
    done = refresh()

    assert done == {"segments": 2, "of_changed_alone": 1, "written": 2}
    assert people(twice) == ["ann", "bob"]
    assert people(lately) == ["bob"]
    # The day stays: now the clock allows it too.
    load(first, tmp_path, ["5,eve,2025-03-01", "6,eve,2025-03-02"], 3)
    assert refresh() == {"segments": 2, "of_changed_alone": 2, "written": 2}
    assert people(twice) == ["ann", "bob", "eve"]
    assert people(lately) == ["bob", "eve"]


def test_a_row_that_was_replaced_may_have_been_somebody_elses(
    first: Path, tmp_path: Path, person: Callable[..., Any]
) -> None:
    segment = actions.make(by=person(), name="Twice", rule=TWICE)
    refresh()
    load(first, tmp_path, ["2,bob,2025-01-20"], 2)
    refresh()

    assert people(segment) == ["bob"]


def test_a_load_that_is_undone_takes_its_customers_back(
    first: Path, tmp_path: Path, person: Callable[..., Any]
) -> None:
    segment = actions.make(by=person(), name="Twice", rule=TWICE)
    load(first, tmp_path, ["4,bob,2025-02-01"], 2)
    refresh()
    assert people(segment) == ["ann", "bob"]
    open_store(str(first)).undo(2, at=datetime(2026, 1, 3, tzinfo=UTC))
    refresh()

    assert people(segment) == ["ann"]


def test_another_rule_is_another_version_and_works_it_out_again(first: Path, person: Callable[..., Any]) -> None:
    segment = actions.make(by=person(), name="Twice", rule=TWICE)
    refresh()
    before = state_of(segment.key)
    actions.change(segment, by=person(), name="Once", rule={"did": "orders", "at_most": 1})
    assert working.is_stale()
    refresh()

    assert people(segment) == ["bob"]
    assert [each.number for each in segment.versions.all()] == [2, 1]
    assert state_of(segment.key) != before


def test_a_ready_segment_that_is_changed_keeps_the_rule_that_it_had(first: Path, person: Callable[..., Any]) -> None:
    refresh()
    segment = Segment.objects.get(key="one_time")
    actions.change(segment, by=person(), name="", rule=TWICE)
    refresh()

    assert people(segment) == ["ann"]
    assert [each.number for each in segment.versions.all()] == [2, 1]


def test_segments_within_segments_follow_them(first: Path, person: Callable[..., Any]) -> None:
    listed = actions.keep_list(by=person(), name="List", ids=["ann", "bob", "nobody"])
    rule = {"all": [TWICE, {"segment": listed.key}]}
    within = actions.make(by=person(), name="Listed and twice", rule=rule)
    refresh()

    assert people(within) == ["ann"]
    assert people(listed) == ["ann", "bob", "nobody"]


def test_a_segment_that_cannot_be_asked_says_why_and_stops_no_other(first: Path, person: Callable[..., Any]) -> None:
    broken = actions.make(by=person(), name="Visits", rule={"did": "events"})
    twice = actions.make(by=person(), name="Twice", rule=TWICE)
    refresh()

    broken.refresh_from_db()
    assert broken.error["sentence"].startswith("{measure} needs {needs}")
    assert people(twice) == ["ann"]
    assert list(working.lagging()) == [broken]
    assert not working.is_stale()


def test_who_was_slower_writes_nothing(first: Path, person: Callable[..., Any]) -> None:
    segment = actions.make(by=person(), name="Twice", rule=TWICE)
    slow = Segment.objects.get(pk=segment.pk)
    refresh()

    assert working.write(slow, {"somebody else"}, on=date(2025, 1, 31), load=1) == 0
    assert people(segment) == ["ann"]


def test_a_person_who_is_erased_is_in_no_segment_and_counts_stay(first: Path, person: Callable[..., Any]) -> None:
    segment = actions.make(by=person(), name="Twice", rule=TWICE)
    named = actions.make(by=person(), name="Named", rule={"all": [{"customers": ["ann", "bob"]}]})
    refresh()
    assert actions.forget(["ann"], "p-1") >= 1

    assert not Membership.objects.filter(customer_id="ann").exists()
    assert Day.objects.get(segment=segment).count == 1
    assert named.versions.get().rule == {"all": [{"customers": ["p-1", "bob"]}]}


def test_a_log_that_fills_no_ready_segment_asks_for_no_work(empty_log: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("event_id,customer_id,occurred_at,name\n1,ann,2025-01-05,visit\n", encoding="utf-8")
    with read([str(file)]) as reading:
        open_store(str(empty_log), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert not working.is_stale()
