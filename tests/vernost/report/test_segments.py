"""The search over cuts finds what is there and nothing else."""

import pandas as pd
import pytest
from tests.vernost.report import shops

from vernost.report.chapters.segments import best_sentence, worst_sentence
from vernost.report.inquiry import Inquiry
from vernost.report.segments import find_segments
from vernost.report.voice import Voice
from vernost.store.log import Log


@pytest.mark.parametrize(
    ("kazan", "perm", "worst", "best"),
    [
        pytest.param(30, 60, "Казань", "Пермь", id="Kazan keeps fewer"),
        pytest.param(60, 30, "Пермь", "Казань", id="Perm keeps fewer"),
        pytest.param(50, 52, None, None, id="no difference beyond noise"),
    ],
)
def test_the_worst_and_the_best_city_are_found(kazan: int, perm: int, worst: str | None, best: str | None) -> None:
    search = find_segments(Inquiry(shops.two_cities(kept_in_kazan=kazan, kept_in_perm=perm)))
    found = search.worst(), search.best()
    assert [segment and segment.value for segment in found] == [worst, best]


def test_a_segment_is_counted_by_customers_and_corrected_for_all_comparisons() -> None:
    search = find_segments(Inquiry(shops.two_cities(kept_in_kazan=30, kept_in_perm=60)))
    kazan = search.worst()
    assert kazan is not None
    assert (kazan.row["numerator"], kazan.row["denominator"]) == (30, 100)
    assert (kazan.rest["numerator"], kazan.rest["denominator"]) == (60, 100)
    assert kazan.excess == pytest.approx(30)
    assert search.tests == 2


def test_the_sentence_names_city_cost_and_certainty() -> None:
    search = find_segments(Inquiry(shops.two_cities(kept_in_kazan=30, kept_in_perm=60)))
    worst, best = search.worst(), search.best()
    assert worst is not None
    assert best is not None
    text = worst_sentence(Voice("en", "USD"), search, worst, each=20.0).replace("\u2060", "")
    assert text.startswith("Where to look first: city “Казань”. 30.0% of its 100 customers stayed over the last")
    assert "against 60.0% of the others: a clear difference, corrected for 2 comparisons." in text
    assert "30 more customers would be here" in text
    assert "that is about $600" in text
    assert "«Пермь» удерживает 60,0\u202f%" in best_sentence(Voice("ru"), search, best)


def test_groups_too_small_to_judge_are_not_judged() -> None:
    search = find_segments(Inquiry(shops.two_cities(kept_in_kazan=0, kept_in_perm=29, of=29)))
    assert search.segments == ()
    assert search.worst() is None


def test_a_city_that_is_not_given_is_no_segment() -> None:
    log = shops.two_cities(kept_in_kazan=30, kept_in_perm=60)
    frames = {name: table.to_pandas() for name, table in log.tables.items()}
    frames["customers"]["city"] = frames["customers"].city.where(frames["customers"].city != "Пермь", None)
    frames["orders"] = frames["orders"].drop(columns=["status", "discount", "channel", "store", "coupon"])
    found = find_segments(Inquiry(Log.wrap(**_filled(frames))))
    assert [segment.value for segment in found.segments] == ["Казань"]


def _filled(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Frames without their empty columns."""
    return {name: frame.dropna(axis="columns", how="all") for name, frame in frames.items()}
