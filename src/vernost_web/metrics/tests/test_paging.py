"""Pages of a list follow each other there and back, however many rows are alike or have no value."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from vernost.store.log import Log
from vernost_web.metrics.paging import BESIDE, FIRST, Book, Leaf, Place

MONEY = [5.0, None, 7.25, 5.0, None, 0.1 + 0.2, 5.0, 0.3, None, 7.25]
RISK = [0.5, 0.1, 0.5, 0.5, 0.9, 0.5, 0.7, 0.5, 0.1, 0.5]
ORDER = (("money", True), ("risk", True), ("customer_id", False))


@pytest.fixture
def book() -> Book:
    """A list with ties and rows without money."""
    day = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    ids = [f"c{number}" for number in range(len(MONEY))]
    log = Log.wrap(orders={"customer_id": ids, "ordered_at": [day] * len(ids), "amount": RISK})
    rows = pa.table({"customer_id": ids, "money": MONEY, "risk": RISK})
    table = log.connection.create_table("listed", rows, temp=True)

    def beside(rows: Any, customer: str) -> Any:
        row = table.filter(table.customer_id == customer)
        return rows.cross_join(row.select(**{f"{BESIDE}{name}": row[name] for name, _ in ORDER}))

    return Book(log=log, table=table, order=ORDER, beside=beside)


def ids(leaf: Leaf) -> list[str]:
    return [row["customer_id"] for row in leaf.rows]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 10])
def test_pages_are_turned_there_and_back(book: Book, most: int) -> None:
    expected = ["c2", "c9", "c6", "c0", "c3", "c5", "c7", "c4", "c1", "c8"]
    pages = [book.leaf(FIRST, most)]
    while pages[-1].after:
        pages.append(book.leaf(Place(after=pages[-1].after), most))
    assert [each for page in pages for each in ids(page)] == expected
    assert [(page.first, page.last, page.count) for page in pages] == [
        (first + 1, min(first + most, 10), 10) for first in range(0, 10, most)
    ]
    for earlier, later in pairwise(pages):
        assert book.leaf(Place(before=later.before), most) == earlier
    assert pages[0].before == ""


@pytest.mark.parametrize(
    "place", [Place(after="nobody"), Place(before="nobody"), Place(after="c8"), Place(before="c9")]
)
def test_where_nobody_stands_and_before_less_than_a_page_the_first_page_is_shown(book: Book, place: Place) -> None:
    assert book.leaf(place, 3) == book.leaf(FIRST, 3)
