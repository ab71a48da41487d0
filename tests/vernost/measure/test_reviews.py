"""Ratings and answers to reviews, counted by hand."""

import pandas as pd
import pytest

from vernost.measure import answered_review_rate, negative_review_rate, rating
from vernost.store.log import Log


def reviews(*rows: tuple[object, ...]) -> Log:
    """Rows of (posted, rating, replied, reply, customer)."""
    padded = [(*row, None, None, None, None)[:5] for row in rows]
    frame = pd.DataFrame(padded, columns=["posted_at", "rating", "replied_at", "reply", "customer_id"])
    frame["review_id"] = [str(number) for number, _ in enumerate(rows)]
    frame["platform"] = "maps"
    frame["rating"] = frame["rating"].astype("Float64")
    return Log.wrap(reviews=frame.dropna(axis=1, how="all"))


def test_rating_is_a_mean_with_the_error_of_a_mean() -> None:
    # 2, 3, 4: mean 3, variance 1, error sqrt(1 / 3).
    answer = rating(reviews(("2024-01-01", 2), ("2024-01-02", 3), ("2024-01-03", 4), ("2024-01-04", None)))
    (row,) = answer.rows
    error = 1.959963984540054 / 3**0.5
    assert (row["value"], row["denominator"]) == (3, 3)
    assert (row["low"], row["high"]) == (pytest.approx(3 - error), pytest.approx(3 + error))
    assert answer.to_dict()["interval"] == "delta"


def test_one_rating_has_no_interval_and_none_has_no_mean() -> None:
    rows = rating(reviews(("2024-01-01", 5), ("2024-03-01", 4), ("2024-03-02", 4)), by="month").rows
    assert [(row["value"], row["low"]) for row in rows] == [(5, None), (None, None), (4, 4)]


def test_1_and_2_of_5_are_negative() -> None:
    answer = negative_review_rate(reviews(*(("2024-01-01", score) for score in (1, 2, 3, 4, 5, None))))
    (row,) = answer.rows
    assert (row["numerator"], row["denominator"]) == (2, 5)
    assert len(answer.who().to_pandas()) == 5  # those who did not say who they are, too


def test_ratings_off_the_scale_are_left_out_and_it_is_said() -> None:
    answer = rating(reviews(("2024-01-01", 10), ("2024-01-01", 4), ("2024-01-02", 0)))
    assert (answer.rows[0]["value"], answer.notes[0].values["count"]) == (4, 2)


def test_an_answer_counts_when_it_came_by_as_of() -> None:
    log = reviews(
        ("2024-01-01T10:00", 1, "2024-01-02T10:00"),  # after 24 hours
        ("2024-01-01T10:00", 1, "2024-01-03T10:00"),  # after 48
        ("2024-01-01T10:00", 1, None, "Thank you!"),  # no one knows when
        ("2024-01-01T10:00", None),  # not answered
        ("2024-01-05T10:00", 1, "2024-01-09T10:00"),  # after the last fact
    )
    (row,) = answered_review_rate(log).rows
    assert (row["numerator"], row["denominator"], row["median_hours"]) == (3, 5, 36)
    (row,) = answered_review_rate(log, as_of="2024-01-09").rows
    assert (row["numerator"], row["median_hours"]) == (4, 48)


def test_those_behind_the_number_are_as_many_as_it_says() -> None:
    answer = answered_review_rate(
        reviews(("2024-01-01", 1, "2024-01-01", None, "a"), ("2024-01-02", 1, None, None, "b"))
    )
    who = answer.who().to_pandas()
    assert dict(zip(who.customer_id, who.numerator, strict=True)) == {"a": True, "b": False}
