"""Whose an id is, for slices that keep things by customer."""

from datetime import UTC, datetime
from pathlib import Path

from vernost.store.merges import merge_customers, part_customers
from vernost_web.data import queries

DAY = datetime(2026, 2, 1, tzinfo=UTC)


def test_nothing_loaded_nobody_merged(empty_log: Path) -> None:
    assert queries.belongs_to("ann") == "ann"
    assert queries.ids_of("ann") == ("ann",)


def test_ids_follow_merges_and_their_ends(db: None, own_shop: Path) -> None:
    with queries.reading() as log:
        rows = log.fetch(log.tables["customers"].select("customer_id").order_by("customer_id").limit(2))
    ann, anna = rows.column("customer_id").to_pylist()
    assert queries.ids_of(anna) == (anna,)

    merge_customers(str(own_shop), ann, [anna], at=DAY)
    assert queries.belongs_to(anna) == ann
    assert queries.ids_of(anna) == queries.ids_of(ann) == (ann, anna)

    part_customers(str(own_shop), [anna], at=DAY)
    assert queries.ids_of(ann) == (ann,)
