"""Who may tell the risk of a company's customers, from the simplest rule to a forest."""

from collections.abc import Callable, Mapping
from functools import partial

from vernost.predict.business import Business
from vernost.predict.candidates.calibrated import CalibratedCandidate
from vernost.predict.candidates.candidate import Candidate
from vernost.predict.candidates.classifier import ClassifierCandidate, Rule, Search
from vernost.predict.candidates.lifetimes import LifetimeCandidate, RenewalCandidate
from vernost.predict.candidates.process import ProcessCandidate
from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.blended import BlendedChurn
from vernost.predict.churn.boosted import has_trees
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule
from vernost.predict.processes import BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD
from vernost.predict.processes.process import PurchaseProcess

__all__ = ["PROCESSES", "Candidate", "roster"]

Make = Callable[[], Candidate]

CURVES_FROM, TREES_FROM = 300, 2_000
"""Labelled customers from which curves, and trees, are tried: with fewer they would learn the noise by heart."""

LEAST_OF_KIND = 30
"""Customers who left, and who stayed, that a classifier takes at least."""

PROCESSES: Mapping[str, Callable[[], PurchaseProcess]] = {
    "beta_geo_nbd": BetaGeoNBD,
    "modified_beta_geo_nbd": ModifiedBetaGeoNBD,
    "pareto_nbd": ParetoNBD,
}


def roster(
    business: Business, *, columns: set[str], left: int, stayed: int, seed: int, threads: int
) -> dict[str, Make]:
    """Candidates that fit the business and the amount of data, by name, the simplest first.

    Args:
        business: how its customers come and go.
        columns: what is known of each customer.
        left: labelled customers who left, over all days to learn from.
        stayed: labelled customers who stayed.
        seed: of what is drawn by chance.
        threads: that trees may use.
    """
    found = _rules(business, columns)
    if business.base == "orders":
        found |= {name: _calibrated(partial(ProcessCandidate, name, make)) for name, make in PROCESSES.items()}
    if business.base == "subscriptions":
        found |= {"renewals": _calibrated(RenewalCandidate), "lifetimes": _calibrated(LifetimeCandidate)}
    if min(left, stayed) >= LEAST_OF_KIND and left + stayed >= CURVES_FROM:
        name, classifier = _classifier(left + stayed, seed, threads)
        found[name] = partial(ClassifierCandidate, name, Search(classifier, seed=seed))
    return found


def _rules(business: Business, columns: set[str]) -> dict[str, Make]:
    rules: Mapping[str, tuple[Callable[[], ChurnClassifier], set[str]]] = {
        "base_rate": (BaseRate, set()),
        "recency_rule": (partial(RecencyRule, silence=_silence(business)), {_silence(business)}),
        "rfm_rule": (partial(RfmRule, frequency="orders"), {"silence", "orders", "revenue"}),
    }
    return {
        name: partial(ClassifierCandidate, name, Rule(make))
        for name, (make, needs) in rules.items()
        if needs <= columns
    }


def _silence(business: Business) -> str:
    return "event_silence" if business.base == "events" else "silence"


def _calibrated(make: Make) -> Make:
    return partial(CalibratedCandidate, make)


def _classifier(customers: int, seed: int, threads: int) -> tuple[str, Callable[[int], ChurnClassifier]]:
    """Curves alone, or blended with trees where there are enough customers, and a library to grow them."""
    if customers < TREES_FROM or not has_trees():
        return "additive", lambda days: AdditiveChurn(horizon=days, seed=seed)
    return "blended", lambda days: BlendedChurn(horizon=days, seed=seed, threads=threads)
