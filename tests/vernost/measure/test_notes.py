"""Notes beside answers, in words."""

import pytest

from vernost.measure import orders
from vernost.measure.notes import Note
from vernost.store import Log


@pytest.mark.parametrize(
    ("note", "language", "sentence"),
    [
        (Note("cancelled_orders", {"count": 1234}), "en", "Cancelled orders left out: 1,234."),
        (Note("cancelled_orders", {"count": 1234}), "ru", "Отменённые заказы не учтены: 1\xa0234."),
        (
            Note("walk_ins", {"count": 2, "share": 0.105}),
            "ru",
            "Заказы без клиента (анонимные): 2, это 10,5\xa0% всех; они учтены в деньгах, но не в клиентах.",
        ),
        (
            Note("off_scale", {"column": "score", "low": 0.0, "high": 10.0, "count": 5}),
            "en",
            "Values of score outside 0 to 10, left out: 5.",
        ),
    ],
)
def test_a_note_is_a_sentence_of_its_language(note: Note, language: str, sentence: str) -> None:
    assert note.sentence(language) == sentence


def test_notes_count_what_had_happened_by_as_of() -> None:
    days = ["2024-01-01", "2024-03-01"]
    rows = {"customer_id": ["ann", "bob"], "ordered_at": days, "amount": [1, 2], "status": [None, "cancelled"]}
    log = Log.wrap(orders=rows)

    assert [note.to_dict() for note in orders(log).notes] == [{"code": "cancelled_orders", "count": 1}]
    assert orders(log, as_of="2024-02-01").notes == []
    assert orders(log, until="2024-02-01").notes == []
