"""NPS, CSAT and CES, counted by hand."""

import os
from pathlib import Path

import pandas as pd
import pytest

from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.measure import ces, csat, nps
from vernost.store.log import Log

CITIES = {"a": "Omsk", "b": None, "c": "Tver"}


def answers(*rows: tuple[object, ...], kind: str = "nps") -> Log:
    """Rows of (day, score, customer, survey)."""
    frame = pd.DataFrame(
        {
            "answer_id": [str(number) for number, _ in enumerate(rows)],
            "response_id": [str(number) for number, _ in enumerate(rows)],
            "question": "q",
            "kind": kind,
            "answered_at": [row[0] for row in rows],
            "score": pd.array([row[1] for row in rows], dtype="Float64"),
            "customer_id": [row[2] if len(row) > 2 else None for row in rows],
            "survey": [row[3] if len(row) > 3 else "s" for row in rows],
        }
    )
    return Log.wrap(
        answers=frame.dropna(axis=1, how="all"),
        customers=pd.DataFrame({"customer_id": list(CITIES), "city": list(CITIES.values())}),
    )


@pytest.mark.parametrize(
    ("scores", "kinds", "expected"),
    [
        pytest.param([9, 10], (2, 0, 0), 100, id="9 and 10 promote"),
        pytest.param([7, 8], (0, 2, 0), 0, id="7 and 8 are passive"),
        pytest.param([0, 6], (0, 0, 2), -100, id="0 and 6 detract"),
        pytest.param([10, 9, 8, 0], (2, 1, 1), 25, id="two of four up, one down"),
        pytest.param([10, None, None], (1, 0, 0), 100, id="a blank is not an answer"),
    ],
)
def test_nps_is_promoters_minus_detractors(scores: list[object], kinds: tuple[int, ...], expected: float) -> None:
    (row,) = nps(answers(*(("2024-01-01", score) for score in scores))).rows
    assert (row["promoters"], row["passives"], row["detractors"]) == kinds
    assert row["denominator"] == sum(kinds)
    assert row["value"] == pytest.approx(expected)


def test_nps_has_the_multinomial_interval_within_its_scale() -> None:
    # 50 promoters, 30 passives, 20 detractors: 100 sqrt((0.7 - 0.09) / 100) = 7.8102 points.
    log = answers(*[("2024-01-01", score) for score in [10] * 50 + [7] * 30 + [2] * 20])
    answer = nps(log)
    (row,) = answer.rows
    error = 1.959963984540054 * 7.810249675906654
    assert (row["low"], row["high"]) == (pytest.approx(30 - error), pytest.approx(30 + error))
    assert (answer.to_dict()["interval"], answer.unit) == ("multinomial", "points")
    (row,) = nps(answers(("2024-01-01", 10), ("2024-01-01", 10), ("2024-01-01", 8))).rows
    assert row["high"] == 100


def test_response_rate_needs_blanks_in_the_log() -> None:
    assert nps(answers(("2024-01-01", 9), ("2024-01-02", None))).rows[0]["response_rate"] == 0.5
    assert nps(answers(("2024-01-01", 9), ("2024-01-02", 2))).rows[0]["response_rate"] is None


def test_response_rate_follows_from_contacts_sent_for_the_survey() -> None:
    # Sent to a, b and c in January, to a again in March; a answers in January, b before anything was sent.
    log = answers(("2024-01-02", 9, "b"), ("2024-01-10", 9, "a"), ("2024-03-20", 3))
    sent = [("1", "a", "01-05"), ("2", "b", "01-05"), ("3", "c", "01-05"), ("4", "a", "03-05")]
    contacts = pd.DataFrame(
        {
            "contact_id": [row[0] for row in sent],
            "customer_id": [row[1] for row in sent],
            "campaign": "s",
            "channel": "email",
            "variant": "treatment",
            "assigned_at": [f"2024-{row[2]}" for row in sent],
            "sent_at": [f"2024-{row[2]}" for row in sent],
        }
    )
    tables = {name: log.connection.to_pyarrow(table) for name, table in log.tables.items()}
    log = Log.wrap(**tables, contacts=contacts)
    assert nps(log).rows[0]["response_rate"] == 0.25
    assert [row["response_rate"] for row in nps(log, by="month").rows] == [pytest.approx(1 / 3), None, 0]
    by_city = {row["city"]: row["response_rate"] for row in nps(log, cut="city").rows}
    assert by_city == {"Omsk": 0.5, None: 0}  # Ann was asked twice; Bob has no city
    assert nps(log, cut="survey").rows[0]["response_rate"] is None  # a contact has no such attribute


def test_a_month_without_answers_has_no_score_and_unknown_cities_keep_a_row() -> None:
    log = answers(("2024-01-05", 10, "a"), ("2024-03-05", 2, "b"), ("2024-03-06", 9))
    rows = nps(log, by="month").rows
    assert [(row["value"], row["denominator"]) for row in rows] == [(100, 1), (None, 0), (0, 2)]
    assert {row["city"]: row["denominator"] for row in nps(log, cut="city").rows} == {"Omsk": 1, None: 2}


def test_scores_off_the_scale_are_left_out_and_it_is_said() -> None:
    answer = nps(answers(("2024-01-01", 11), ("2024-01-01", -1), ("2024-01-01", 9)))
    assert answer.rows[0]["denominator"] == 1
    (note,) = answer.notes
    assert note.sentence("en") == "Values of score outside 0 to 10, left out: 2."
    assert "2" in note.sentence("ru")


def test_nps_lists_those_who_answered() -> None:
    log = answers(("2024-01-05", 10, "a"), ("2024-01-05", 3, "b"), ("2024-01-05", 8), ("2024-01-06", None, "c"))
    who = nps(log).who().to_pandas()
    assert len(who) == nps(log).rows[0]["denominator"] == 3
    assert who[who.numerator].customer_id.tolist() == ["a"]


def test_a_survey_can_be_named_and_a_wrong_name_is_refused() -> None:
    log = answers(("2024-01-01", 10, None, "spring"), ("2024-01-01", 0, None, "autumn"))
    assert nps(log, survey="spring").rows[0]["value"] == 100
    with pytest.raises(UnknownName, match="spring"):
        nps(log, survey="sprin")
    with pytest.raises(MissingFacts, match="csat"):
        csat(log)


@pytest.mark.parametrize(
    ("scores", "scale", "hits"),
    [
        pytest.param([5, 4, 3, 1], None, 2, id="of 5: 4 and 5"),
        pytest.param([7, 6, 5], None, 2, id="of 7: 6 and 7"),
        pytest.param([10, 9, 8], None, 2, id="of 10: 9 and 10"),
        pytest.param([8, 7], None, 0, id="8 needs a scale of 10"),
        pytest.param([5, 4, 6], 6, 2, id="a scale that is given"),
        pytest.param([3, None], None, 0, id="a blank is not an answer"),
    ],
)
def test_the_top_two_boxes_are_satisfied(scores: list[object], scale: int | None, hits: int) -> None:
    log = answers(*(("2024-01-01", score) for score in scores), kind="csat")
    (row,) = csat(log, scale=scale).rows
    given = [score for score in scores if score is not None]
    assert (row["numerator"], row["denominator"]) == (hits, len(given))
    assert row["mean"] == pytest.approx(sum(given) / len(given))  # type: ignore[arg-type]
    assert row["low"] <= row["value"] <= row["high"]


def test_each_survey_has_its_own_scale_which_a_window_does_not_change() -> None:
    log = answers(
        ("2024-01-01", 5, "a", "five"), ("2024-01-01", 7, "a", "seven"), ("2024-02-01", 5, "b", "seven"), kind="ces"
    )
    assert ces(log).rows[0]["numerator"] == 2
    assert ces(log, since="2024-02-01").rows[0]["numerator"] == 0  # 5 of 7, though no 7 was given in February


def test_scores_beyond_every_scale_ask_for_one() -> None:
    log = answers(("2024-01-01", 80), kind="csat")
    with pytest.raises(InvalidValue, match="scale=100"):
        csat(log)
    assert csat(log, scale=100).rows[0]["numerator"] == 0
    with pytest.raises(InvalidValue, match="at least 2"):
        csat(log, scale=1)


def test_the_answers_of_a_bank_give_the_published_score() -> None:
    folder = Path(os.environ.get("VERNOST_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
    file = folder / "nps_timeseries" / "NPStimeseries.csv"
    if not file.exists():
        pytest.skip("the sample data of ../shared/data is absent; VERNOST_SHARED_DATA may name its folder")
    frame = pd.read_csv(file)
    day = next(name for name in frame if "date" in name.lower())
    log = Log.wrap(
        answers=pd.DataFrame(
            {
                "answer_id": frame["ID"].astype(str),
                "response_id": frame["ID"].astype(str),
                "survey": frame["Market"],
                "question": "q",
                "kind": "nps",
                "answered_at": pd.to_datetime(frame[day], dayfirst=True),
                "score": frame["NPS"].astype(float),
            }
        )
    )
    (row,) = nps(log).rows
    # 2,309 promoters and 1,719 detractors of 5,000, as counted by others.
    assert (row["promoters"], row["detractors"], row["denominator"]) == (2309, 1719, 5000)
    assert row["value"] == pytest.approx(11.8)
    assert sum(found["denominator"] for found in nps(log, by="month", cut="survey").rows) == 5000
