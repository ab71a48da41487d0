"""Models of contracts: published values beside ours, and what a fit costs beside lifelines.

python benchmarks/bench_contracts.py --rounds 5
"""

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter, WeibullAFTFitter

from vernost.predict import (
    BetaDiscreteWeibull,
    CoxRegression,
    KaplanMeier,
    ShiftedBetaGeometric,
    WeibullRegression,
)

# Percent of customers that survive years 0 to 12; models learn from years 0 to 7. Fader and Hardie (2007), table 1.
COHORTS = {
    "high end": [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4],
    "regular": [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3],
}
PUBLISHED = {"high end": (0.668, 3.806), "regular": (0.704, 1.182)}


def cohort(shares: list[float]) -> dict[str, Any]:
    alive = np.rint(np.array(shares[:8]) * 10)
    return {"recency": np.arange(1, 9), "T": np.full(8, 8), "weight": [*-np.diff(alive), alive[-1]]}


def tell_published() -> None:
    print("published                                  alpha, beta   ours")
    for name, shares in COHORTS.items():
        model = ShiftedBetaGeometric().fit(cohort(shares))
        ours = "{alpha:.3f}, {beta:.3f}".format(**model.params_)
        print(f"sBG {name:38} {PUBLISHED[name][0]:.3f}, {PUBLISHED[name][1]:.3f}  {ours}")
    print("\npercent that stay for 12 years, of which 7 were seen      came   sBG    BdW")
    for name, shares in COHORTS.items():
        found = [make().fit(cohort(shares)).survival(12) * 100 for make in (ShiftedBetaGeometric, BetaDiscreteWeibull)]
        print(f"{name:56} {shares[12]:5.1f}  {found[0]:5.1f}  {found[1]:5.1f}")


def lives(number: int, *, in_days: bool) -> pd.DataFrame:
    random = np.random.default_rng(1)
    age, is_gold = random.normal(size=number), random.random(number) < 0.3
    left = random.exponential(400 / np.exp(0.3 * age + 0.5 * is_gold))
    seen = random.uniform(0, 1000, number)
    duration = np.minimum(left, seen)
    duration = np.floor(duration) + 1 if in_days else duration
    return pd.DataFrame({"duration": duration, "event": left <= seen, "age": age, "gold": is_gold.astype(float)})


def seconds(run: Callable[[], Any]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def race(what: str, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> None:
    """The median of some rounds, turn by turn."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    own, other = (float(np.median(column)) for column in zip(*pairs, strict=True))
    print(f"{what:44} {own * 1000:10.1f} {other * 1000:10.1f} {own / other:10.2f}")


def tell_costs(rounds: int) -> None:
    print(f"\n{'CPU ms of a fit':44} {'ours':>10} {'lifelines':>10} {'ratio':>10}")
    for number in (10_000, 1_000_000):
        for unit, in_days in (("whole days", True), ("any numbers", False)):
            frame = lives(number, in_days=in_days)
            duration, event = frame["duration"], frame["event"]
            race(
                f"Kaplan-Meier, {number:,} in {unit} (goal 0.2)",
                lambda frame=frame: KaplanMeier().fit(frame),
                lambda duration=duration, event=event: KaplanMeierFitter().fit(duration, event),
                rounds,
            )
    frame = lives(10_000, in_days=True)
    for make, other in ((CoxRegression, CoxPHFitter), (WeibullRegression, WeibullAFTFitter)):
        race(
            f"{make.__name__}, 10,000, two covariates",
            lambda make=make: make().fit(frame),
            lambda other=other: other(penalizer=0.01).fit(frame, "duration", "event"),
            rounds,
        )


def tell_renewals(rounds: int) -> None:
    random = np.random.default_rng(2)
    print(f"\n{'CPU ms':44} {'ours':>10}")
    for number in (10_000, 1_000_000):
        present = random.integers(1, 37, number)
        frame = {"recency": np.minimum(random.geometric(random.beta(1, 9, number)), present), "T": present}
        for make in (ShiftedBetaGeometric, BetaDiscreteWeibull):
            model = make().fit(frame)
            cost = np.median([seconds(lambda make=make, frame=frame: make().fit(frame)) for _ in range(rounds)])
            scored = np.median(
                [seconds(lambda m=model, f=frame: m.probability_of_leaving(f, 3)) for _ in range(rounds)]
            )
            print(f"{make.__name__} fit, {number:,}".ljust(44), f"{cost * 1000:10.1f}")
            print(f"{make.__name__} score, {number:,}".ljust(44), f"{scored * 1000:10.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    tell_published()
    tell_costs(rounds)
    tell_renewals(rounds)


if __name__ == "__main__":
    main()
