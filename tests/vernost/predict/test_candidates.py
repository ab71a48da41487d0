"""Who may tell the risk: by business and by the amount of data; and that what they add up is what they say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from tests.vernost.predict import firms

from vernost.predict.business import Business, find_business
from vernost.predict.candidates import Candidate, roster
from vernost.predict.candidates.calibrated import CalibratedCandidate
from vernost.predict.candidates.process import ProcessCandidate, log_odds
from vernost.predict.processes import BetaGeoNBD, ParetoNBD
from vernost.predict.snapshot import Snapshot, take
from vernost.store.log import Log

MONEY = {"silence", "orders", "revenue"}
RULES = ["base_rate", "recency_rule", "rfm_rule"]
PROCESSES = ["beta_geo_nbd", "modified_beta_geo_nbd", "pareto_nbd"]
SHOP = firms.wrapped(orders=firms.shop_orders(200))
CLUB = firms.wrapped(subscriptions=firms.contracts(300))
VISITED = firms.wrapped(events=firms.visits(50))


@pytest.mark.parametrize(
    ("log", "columns", "left", "stayed", "expected"),
    [
        pytest.param(SHOP, MONEY, 20, 100, [*RULES, *PROCESSES], id="a small shop"),
        pytest.param(SHOP, {"silence", "orders"}, 20, 100, [*RULES[:2], *PROCESSES], id="a shop without amounts"),
        pytest.param(SHOP, MONEY, 100, 300, [*RULES, *PROCESSES, "additive"], id="a middling shop"),
        pytest.param(SHOP, MONEY, 1000, 3000, [*RULES, *PROCESSES, "blended"], id="a large shop"),
        pytest.param(SHOP, MONEY, 29, 30_000, [*RULES, *PROCESSES], id="a large shop that hardly anyone leaves"),
        pytest.param(SHOP, MONEY, 30_000, 29, [*RULES, *PROCESSES], id="a large shop that hardly anyone stays with"),
        pytest.param(CLUB, set(), 20, 100, ["base_rate", "renewals", "lifetimes"], id="contracts"),
        pytest.param(CLUB, set(), 100, 300, ["base_rate", "renewals", "lifetimes", "additive"], id="more contracts"),
        pytest.param(VISITED, {"event_silence"}, 20, 100, ["base_rate", "recency_rule"], id="events alone"),
    ],
)
def test_candidates_fit_the_business_and_the_amount_of_data(
    log: Log, columns: set[str], left: int, stayed: int, expected: list[str]
) -> None:
    found = roster(find_business(log), columns=columns, left=left, stayed=stayed, seed=0, threads=1)

    assert list(found) == expected
    assert [make().name for make in found.values()] == expected


def days(log: Log, business: Business, count: int = 3) -> list[Snapshot]:
    """Days a horizon apart, the last one horizon before the end."""
    found = [business.as_of - timedelta(days=business.days * (count - number)) for number in range(count)]
    return [take(log, business, day, most=1000) for day in found]


def learnt(log: Log, left: int = 100, stayed: int = 300) -> tuple[dict[str, Candidate], Snapshot]:
    """All candidates of a log, having learnt from two days, and the day after them."""
    business = find_business(log)
    *past, now = days(log, business)
    columns = set(now.frame.column_names)
    makers: dict[str, Callable[[], Candidate]] = roster(
        business, columns=columns, left=left, stayed=stayed, seed=0, threads=1
    )
    return {name: make().learn(past, now) for name, make in makers.items()}, now


@pytest.fixture(scope="module", params=["shop", "club"])
def candidates(request: pytest.FixtureRequest) -> tuple[dict[str, Candidate], Snapshot]:
    return learnt({"shop": SHOP, "club": CLUB}[request.param])


def test_risks_are_chances_and_of_the_size_of_what_came(candidates: tuple[dict[str, Candidate], Snapshot]) -> None:
    found, now = candidates
    assert now.left is not None

    for name, candidate in found.items():
        risk = candidate.risk(now.frame)
        assert len(risk) == len(now), name
        assert np.all((risk >= 0) & (risk <= 1)), name
        assert risk.mean() == pytest.approx(now.left.mean(), abs=0.15), name


def test_what_facts_add_sums_to_the_log_odds_before_the_correction(
    candidates: tuple[dict[str, Candidate], Snapshot],
) -> None:
    found, now = candidates

    for name, candidate in found.items():
        names, shares = candidate.contributions(now.frame)
        assert shares.shape == (len(now), len(names) + 1), name
        assert np.isfinite(shares).all(), name
        told = candidate.model_ if isinstance(candidate, CalibratedCandidate) else candidate
        if isinstance(candidate, CalibratedCandidate):
            assert shares.sum(axis=1) == pytest.approx(log_odds(told.risk(now.frame)), abs=1e-6), name
        # Whom the facts put above another, the risk does not put below.
        order = np.argsort(shares.sum(axis=1), kind="stable")
        assert np.all(np.diff(candidate.risk(now.frame)[order]) > -1e-9), name


HISTORIES: dict[str, Any] = {
    "frequency": [0, 1, 2, 5, 9, 1],
    "recency": [0.0, 40.0, 90.0, 200.0, 280.0, 10.0],
    "T": [100.0, 200.0, 120.0, 220.0, 300.0, 150.0],
    "weight": [60, 20, 10, 8, 3, 40],
}


def learnt_process(process: Callable[[], Any]) -> ProcessCandidate:
    now = Snapshot(firms.LAST, 60, None, np.empty(0), population=lambda: HISTORIES)  # type: ignore[arg-type]
    return ProcessCandidate("planted", process).learn([], now)


@pytest.mark.parametrize("process", [BetaGeoNBD, ParetoNBD])
def test_shapley_values_are_those_counted_by_hand(process: Callable[[], Any]) -> None:
    candidate = learnt_process(process)
    usual = candidate.usual_
    own = {"frequency": 5.0, "silence": 20.0, "T": 220.0}

    def worth(*known: str) -> float:
        """Log-odds of a customer of whom these facts are own, the others as usual."""
        facts = {name: own[name] if name in known else usual[name] for name in own}
        span = max(facts["T"], facts["silence"])
        history = {"frequency": [facts["frequency"]], "recency": [span - facts["silence"]], "T": [span]}
        chance = candidate.model_.probability_silent(history, 60)
        return float(np.log(chance / (1 - chance))[0])

    names, shares = candidate.contributions({"frequency": [5.0], "recency": [200.0], "T": [220.0]})

    f, s, t = "frequency", "silence", "T"
    of_frequency = (
        (worth(f) - worth()) / 3
        + (worth(f, s) - worth(s)) / 6
        + (worth(f, t) - worth(t)) / 6
        + (worth(f, s, t) - worth(s, t)) / 3
    )
    assert names == (f, s, t)
    assert shares[0, 0] == pytest.approx(of_frequency)
    assert shares[0].sum() == pytest.approx(worth(f, s, t))
    assert shares[0, -1] == pytest.approx(worth())


def test_a_customer_with_the_usual_history_has_nothing_to_explain() -> None:
    candidate = learnt_process(ParetoNBD)
    usual = candidate.usual_
    history = {"frequency": [usual["frequency"]], "recency": [usual["T"] - usual["silence"]], "T": [usual["T"]]}

    _, shares = candidate.contributions(history)

    assert shares[0, :3] == pytest.approx([0, 0, 0], abs=1e-9)


def test_the_usual_history_is_that_of_who_is_still_there() -> None:
    candidate = learnt_process(ParetoNBD)
    alive = candidate.model_.probability_alive(HISTORIES)

    there = alive * HISTORIES["weight"]
    assert candidate.usual_["frequency"] == pytest.approx(np.average(HISTORIES["frequency"], weights=there))
    assert candidate.usual_["T"] == pytest.approx(np.average(HISTORIES["T"], weights=there))
    # All are silent for 15320 / 141 days on average; those who are still there for less.
    assert candidate.usual_["silence"] < 15320 / 141
