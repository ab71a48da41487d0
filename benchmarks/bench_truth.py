"""How far forecasts are true: made-up companies whose every customer's chance is known, each learnt from its log alone.

    python benchmarks/bench_truth.py [shop restaurant subscription saas telecom] [--customers 20_000] [--months 24]

For each preset: the slope of the true chances on the forecast log-odds of leaving (1: as sure as one may be), the share
of customers who bring orders and revenue within their 80 % intervals in futures of twelve months, and the lift of the
tenth at most risk beside that of the true chances. Brackets hold 95 % of 200 resamples of customers. Who is silent
beyond the lapse window has left, and is not asked about.

Counts are whole, so no interval of them holds 80 % exactly: one from 0 to 0 may hold 95 %. An outcome on a bound
therefore counts by the part of its own chance that lies between the levels, as in a randomised probability integral
transform; of forecasts that are true, 80 % lie inside on average. *plainly* counts bounds as inside.

*Told / came* is of the sums over customers, corrected by what the card says that sums are multiplied by. A few
customers may bring a large part of the revenue: the brackets say by how much that blurs the sum.

The true chances know what no log shows, such as who decided an hour ago and whom a rival has written to. *Ceiling* is
the lift of what the features of the log could tell at best, over that of the true chances: these are learnt from
features by a forest, on customers it had not learnt from. No forecast from these features can be expected to lift more.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vernost.predict.candidates.classifier import features_of
from vernost.predict.candidates.process import log_odds
from vernost.predict.churn.logistic import fit_logistic
from vernost.predict.forecast import Forecast, fit
from vernost.predict.outlook import LEVELS, YEAR
from vernost.sources import read
from vernost.sources.synthetic import (
    PRESETS,
    Setting,
    World,
    continue_,
    load_preset,
    make_world,
    simulate,
    true_chances,
)
from vernost.store import Log, open_log, open_store

Floats = NDArray[np.float64]
RESAMPLES = 200
MOST_ORDERS = 200
BARS = {"slope": (0.9, 1.1), "orders inside": (0.76, 0.84), "revenue inside": (0.76, 0.84), "lift": (0.9, np.inf)}


@dataclass(frozen=True)
class Told:
    """What was told of the customers who are there, and the numbers of these in their world."""

    forecast: Forecast
    frame: pa.Table
    scores: pa.Table
    number: NDArray[np.intp]

    @classmethod
    def of(cls, forecast: Forecast, log: Log) -> "Told":
        scores = forecast.scores(log).sort_by("customer_id")
        frame = log.fetch(forecast.known(log)).sort_by("customer_id")
        there = np.array(scores["band"].to_pylist()) != "left"
        number = np.array([int(name[1:]) - 1 for name in scores["customer_id"].to_pylist()])
        return cls(forecast, frame.filter(pa.array(there)), scores.filter(pa.array(there)), number[there])


def learnt(setting: Setting, folder: Path) -> Told:
    """Write the company, load it and learn from its log."""
    simulate(setting, folder / "made")
    url = str(folder / "log")
    with read([str(folder / "made")], timezone=setting.timezone) as reading:
        open_store(url, create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    with open_log(url) as log:
        return Told.of(fit(log), log)


# -- risk ---------------------------------------------------------------------------------------------------------


def slope(risk: Floats, true: Floats) -> float:
    """What log-odds of the risk are to be multiplied with to become true on average."""
    return float(fit_logistic(log_odds(risk)[:, None], true, np.ones_like(true), ridge=0.0)[1])


def lift(score: Floats, true: Floats) -> float:
    """How many times more often the tenth with the highest score leaves than everyone."""
    tenth = np.argsort(-score, kind="stable")[: max(len(score) // 10, 1)]
    return float(true[tenth].mean() / true.mean())


def seen(frame: pa.Table, true: Floats) -> Floats:
    """The true chances as far as the features tell them: learnt on four fifths, told of the last."""
    from lightgbm import LGBMRegressor
    from sklearn.model_selection import KFold

    known = features_of(frame).to_pandas()
    known = known.astype(dict.fromkeys(known.select_dtypes(["object", "string"]), "category"))
    told = np.empty_like(true)
    for learns, asked in KFold(5, shuffle=True, random_state=0).split(known):
        forest = LGBMRegressor(n_estimators=150, learning_rate=0.05, min_child_samples=50, n_jobs=1, verbosity=-1)
        told[asked] = forest.fit(known.iloc[learns], true[learns]).predict(known.iloc[asked])
    return told


# -- intervals ----------------------------------------------------------------------------------------------------


def inside(less: Floats, most: Floats) -> Floats:
    """Part of each outcome that lies between the levels; an outcome has the chances from ``less`` to ``most``."""
    low, high = LEVELS
    room = most - less
    part = np.clip(np.minimum(most, high) - np.maximum(less, low), 0, None)
    return np.where(room > 0, part / np.where(room > 0, room, 1), (low <= less) & (less <= high))


def orders_inside(told: Told, orders: list[Floats]) -> list[Floats]:
    chances = told.forecast.scorer.outlook.process.purchase_probabilities(told.frame, YEAR, MOST_ORDERS)
    reached = np.pad(np.cumsum(chances, axis=1), ((0, 0), (1, 0)))
    rows = np.arange(len(reached))
    counts = [np.minimum(each, MOST_ORDERS).astype(int) for each in orders]
    return [inside(reached[rows, count], reached[rows, count + 1]) for count in counts]


def revenue_inside(told: Told, money: list[Floats]) -> list[Floats]:
    revenue = told.forecast.scorer.outlook.revenue(told.frame)
    return [inside(*revenue.below(each)) for each in money]


def plainly(told: Told, name: str, came: list[Floats]) -> float:
    low, high = (told.scores[f"{name}_{end}"].to_numpy() for end in ("low", "high"))
    return float(np.mean([(low - 0.01 <= each) & (each <= high + 0.01) for each in came]))


# -- all of it ----------------------------------------------------------------------------------------------------


def interval(figure: Callable[[Any], float], count: int) -> tuple[float, float, float]:
    """A figure of customers, and where it lies in 95 of 100 resamples of them."""
    chance = np.random.default_rng(0)
    draws = [figure(chance.integers(0, count, count)) for _ in range(RESAMPLES)]
    low, high = np.quantile(draws, (0.025, 0.975))
    return figure(np.arange(count)), float(low), float(high)


def figures(told: Told, world: World, *, futures: int, years: int) -> dict[str, tuple[float, float, float]]:
    """All figures of a company, by name."""
    days, count = told.forecast.business.days, len(told.number)
    chances = true_chances(world, days, futures=futures)
    all_true = chances.leaves if chances.orders_nothing is None else chances.orders_nothing
    true, risk = all_true[told.number], told.scores["risk"].to_numpy()
    best = seen(told.frame, true)
    branches = [continue_(world, (), 12, future_seed=year).without_actions for year in range(1, years + 1)]
    found = {"slope": interval(lambda rows: slope(risk[rows], true[rows]), count)}
    came = {"revenue": [branch.cents[told.number] / 100.0 for branch in branches]}
    held = {"revenue": np.mean(revenue_inside(told, came["revenue"]), axis=0)}
    if chances.orders_nothing is not None:
        came["orders"] = [branch.order_count[told.number] for branch in branches]
        held["orders"] = np.mean(orders_inside(told, came["orders"]), axis=0)
    for name, each in held.items():
        found[f"{name} inside"] = interval(lambda rows, each=each: float(each[rows].mean()), count)
        found[f"{name} inside, plainly"] = (plainly(told, name, came[name]),) * 3
        sums = (told.forecast.card.drift or 1.0) * told.scores[name].to_numpy(), np.mean(came[name], axis=0)
        found[f"{name} told / came"] = interval(lambda rows, sums=sums: _ratio(*sums, rows), count)
    for name, score in (("lift", risk), ("ceiling of lift", best)):
        found[name] = interval(
            lambda rows, score=score: lift(score[rows], true[rows]) / lift(true[rows], true[rows]), count
        )
    return found


def _ratio(told: Floats, came: Floats, rows: NDArray[np.intp]) -> float:
    return float(told[rows].sum() / came[rows].sum())


def show(preset: str, told: Told, found: dict[str, tuple[float, float, float]]) -> int:
    """Print the figures of a company; how many bars it missed."""
    business, missed = told.forecast.business, 0
    print(f"\n{preset}: {told.forecast.card.model}, {business.days} days, {len(told.number)} customers there")
    for name, (value, low, high) in found.items():
        least, most = BARS.get(name, (-np.inf, np.inf))
        is_missed = not least <= value <= most
        missed += is_missed
        spread = f"[{low:.3f}, {high:.3f}]" if low < high else ""
        bar = "" if name not in BARS else f"{least:g} to {most:g}  {'MISS' if is_missed else 'PASS'}"
        print(f"  {name:24} {value:6.3f}  {spread:16}  {bar}".rstrip())
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("presets", nargs="*", default=list(PRESETS), choices=list(PRESETS), metavar="PRESET")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--futures", type=int, default=30, help="over how many true chances are averaged")
    parser.add_argument("--years", type=int, default=4, help="how many futures of twelve months are held against")
    given = parser.parse_args()
    missed = 0
    for preset in given.presets:
        setting = Setting(load_preset(preset), customers=given.customers, months=given.months, seed=given.seed)
        started = time.process_time()
        with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
            told = learnt(setting, Path(folder))
        missed += show(preset, told, figures(told, make_world(setting), futures=given.futures, years=given.years))
        print(f"  {time.process_time() - started:.0f} CPU s", flush=True)
    raise SystemExit(f"{missed} bars missed." if missed else 0)


if __name__ == "__main__":
    main()
