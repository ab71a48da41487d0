"""Notes beside answers, in words."""

import pytest

from vernost.measure.notes import Note


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
