"""Who will leave: how well it is told on three sets of customers, beside LightGBM and logistic regression untuned.

python benchmarks/bench_churn.py                 # CDNOW and Online Retail of demo-data; telco where it lies
python benchmarks/bench_churn.py cdnow --draws 200
python benchmarks/bench_churn.py cdnow online_retail --levels

With ``--levels`` each origin of the shops is told of by what was known before it. The ECE of a shop is almost all
*level*: by how much more or fewer leave than was told. It is printed as a miss of the log-odds, beside the ECE had the
level been known, and the ECE had it been moved by the mean of the misses before. Misses change their sign from one
origin to the next, so that what earlier ones teach does more harm than good; seasons that were not yet seen cannot be
known from the log.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import vernost
from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.blended import BlendedChurn
from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import sigmoid
from vernost.predict.churn.logistic import fit_logistic
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule
from vernost.predict.evaluate import auc, brier, ece, log_loss, paired_bootstrap
from vernost.predict.features import features
from vernost.predict.labels import labels
from vernost.predict.origins import origins

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("VERNOST_SHARED_DATA", ROOT.parent / "shared" / "data"))
TELCO = DATA / "telco_churn_reasons" / "WA_Fn-UseC_-Telco-Customer-Churn.csv"
SHOPS = {
    "cdnow": ROOT / "demo-data" / "cdnow" / "CDNOW_master.txt.gz",
    "online_retail": ROOT / "demo-data" / "online_retail" / "online_retail.parquet",
}
DAYS = 90
METRICS = {"AUC": auc, "log loss": log_loss, "Brier": brier, "ECE": ece}
BARS = {
    "telco": "AUC >= .850, log loss <= .410, Brier <= .133, ECE <= .020",
    "cdnow": "AUC >= .840, log loss <= .297, ECE at most half of LightGBM's",
    "online_retail": "AUC >= .736, log loss <= .607, ECE at most half of LightGBM's",
}
RIVALS = ("LightGBM untuned", "logistic untuned")
Fit = Callable[["Split"], Any]


@dataclass(frozen=True)
class Split:
    """Customers to learn from and customers to tell of."""

    known: pd.DataFrame
    left: Any
    origin: Any
    asked: pd.DataFrame


def ours(make: Callable[[int], Any]) -> Fit:
    def told(split: Split) -> Any:
        horizon = 1 if split.origin is None else DAYS
        model = make(horizon).fit(split.known, split.left, origin=split.origin)
        return model.predict_proba(split.asked)[:, 1]

    return told


def lightgbm_untuned(split: Split) -> Any:
    from lightgbm import LGBMClassifier

    both = pd.concat([split.known, split.asked], ignore_index=True)
    both = both.astype(dict.fromkeys(both.select_dtypes(["object", "string"]), "category"))
    known, asked = both[: len(split.known)], both[len(split.known) :]
    model = LGBMClassifier(random_state=0, n_jobs=1, verbosity=-1).fit(known, split.left)
    return model.predict_proba(asked)[:, 1]


def logistic_untuned(split: Split) -> Any:
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    words = make_column_selector(dtype_include=["object", "string"])
    numbers = make_column_selector(dtype_exclude=["object", "string"])
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), words),
        (make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()), numbers),
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=5000)).fit(split.known, split.left)
    return model.predict_proba(split.asked)[:, 1]


LEARNERS: dict[str, Fit] = {
    "additive": ours(lambda horizon: Calibrated(AdditiveChurn(horizon=horizon), horizon=horizon)),
    "blended": ours(lambda horizon: Calibrated(BlendedChurn(horizon=horizon), horizon=horizon)),
}
RULES: dict[str, Fit] = {
    "base rate": ours(lambda _: BaseRate()),
    "recency rule": ours(lambda _: RecencyRule()),
    "RFM rule": ours(lambda _: RfmRule(frequency="orders")),
}
UNTUNED: dict[str, Fit] = dict(zip(RIVALS, (lightgbm_untuned, logistic_untuned), strict=True))


def telco(draws: int) -> None:
    """Five parts, three seeds: each customer is told of by models that learnt from four parts without them."""
    from sklearn.model_selection import StratifiedKFold

    customers = pd.read_csv(TELCO)
    left = (customers.pop("Churn") == "Yes").to_numpy().astype(float)
    customers["TotalCharges"] = pd.to_numeric(customers.TotalCharges, errors="coerce")
    customers = customers.drop(columns="customerID")
    models = {"base rate": RULES["base rate"]} | LEARNERS | UNTUNED
    told, seconds = {name: np.empty((3, len(left))) for name in models}, dict.fromkeys(models, 0.0)
    for seed in range(3):
        for known, asked in StratifiedKFold(5, shuffle=True, random_state=seed).split(customers, left):
            split = Split(customers.iloc[known], left[known], None, customers.iloc[asked])
            for name, fit in models.items():
                began = time.process_time()
                told[name][seed, asked] = fit(split)
                seconds[name] += (time.process_time() - began) / 15
    report("telco", left, told, seconds, draws)


def shop(name: str, draws: int) -> None:
    """Who buys nothing in the next 90 days: learnt on earlier origins, told of the last."""
    rows = at_origins(SHOPS[name])
    left, origin = rows.pop("left").to_numpy().astype(float), rows.pop("origin").to_numpy()
    rows = rows.drop(columns="customer_id")
    days = np.unique(origin)
    past, now = origin < days[-1], origin == days[-1]
    earlier, recent = origin < days[-2], origin == days[-2]
    split = Split(rows[past], left[past], origin[past], rows[now])
    told, seconds = {}, {}
    for model, fit in (RULES | LEARNERS | UNTUNED).items():
        began = time.process_time()
        told[model] = fit(split)[None, :]
        seconds[model] = time.process_time() - began
    trial = Split(rows[earlier], left[earlier], origin[earlier], rows[recent])
    losses = {model: log_loss(left[recent], fit(trial)) for model, fit in LEARNERS.items()}
    print(f"\nTold of {now.sum()} customers as of {pd.Timestamp.fromordinal(int(days[-1])).date()}")
    print("Chosen on the origin before:", min(losses, key=losses.__getitem__), losses)
    report(name, left[now], told, seconds, draws)


def levels(name: str) -> None:
    """How far the level is missed on each origin, and whether earlier misses foretell the next."""
    rows = at_origins(SHOPS[name])
    left, origin = rows.pop("left").to_numpy().astype(float), rows.pop("origin").to_numpy()
    rows = rows.drop(columns="customer_id")
    print(f"\n{name}: told by what was known before\n{'origin':12}{'told':>8}{'came':>8}{'miss':>8}{'ECE':>9}", end="")
    print(f"{'level known':>13}{'level moved':>13}{'LightGBM':>10}")
    missed: list[float] = []
    for day in np.unique(origin):
        past, now = origin <= day - DAYS, origin == day
        if len(np.unique(left[past])) < 2:
            continue
        split, came = Split(rows[past], left[past], origin[past], rows[now]), left[now]
        told, rival = LEARNERS["blended"](split), lightgbm_untuned(split)
        odds = np.log(told / (1 - told))
        (miss,) = fit_logistic(np.empty((len(came), 0)), came, np.ones_like(came), ridge=0.0, offset=odds)
        moves = [0.0, float(miss), float(np.mean(missed)) if missed else 0.0]
        as_told, known, moved = (ece(came, sigmoid(odds + move)) for move in moves)
        print(
            f"{pd.Timestamp.fromordinal(int(day)).date()!s:12}{told.mean():8.4f}{came.mean():8.4f}{miss:+8.3f}", end=""
        )
        print(f"{as_told:9.4f}{known:13.4f}{moved:13.4f}{ece(came, rival):10.4f}", flush=True)
        missed.append(float(miss))


def at_origins(path: Path) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        store = vernost.open_store(f"{folder}/log", create=True)
        with vernost.read([str(path)]) as reading:
            store.load(reading, loaded_at=datetime(2020, 1, 1, tzinfo=UTC))
        with vernost.open_log(f"{folder}/log") as log:
            looks = []
            for day in origins(log, DAYS):
                everyone = labels(log, day, DAYS, lapse_days=100_000)
                look = log.fetch(features(log, day).join(everyone, "customer_id"))
                looks.append(look.append_column("origin", pa.array([day.toordinal()] * len(look))))
    return pa.concat_tables(looks).to_pandas()


def report(name: str, left: Any, told: dict[str, Any], seconds: dict[str, float], draws: int) -> None:
    """Metrics as means over repetitions; differences over customers, drawn with all their repetitions."""
    print(f"\n{name}: {BARS[name]}")
    print(f"{'':18}" + "".join(f"{metric:>10}" for metric in METRICS) + f"{'CPU s':>9}")
    for model, chances in told.items():
        values = [np.mean([metric(left, chance) for chance in chances]) for metric in METRICS.values()]
        print(f"{model:18}" + "".join(f"{value:10.4f}" for value in values) + f"{seconds[model]:9.1f}")
    customer = np.tile(np.arange(len(left)), len(told[RIVALS[0]]))
    for model in LEARNERS:
        for rival in RIVALS:
            for label, metric in (("AUC", auc), ("log loss", log_loss)):
                found = paired_bootstrap(
                    left[customer],
                    told[rival].ravel(),
                    told[model].ravel(),
                    metric,
                    seed=0,
                    customer=customer,
                    draws=draws,
                )
                print(
                    f"{model} less {rival}, {label}: {found.estimate:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"
                    + ("" if found.is_clear else ", not clear")
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(BARS), help="telco, cdnow, online_retail")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--levels", action="store_true", help="how far levels are missed on each origin of the shops")
    asked = parser.parse_args()
    for name in asked.sets:
        if asked.levels and name in SHOPS:
            levels(name)
        elif name != "telco":
            shop(name, asked.draws)
        elif TELCO.exists():
            telco(asked.draws)
        else:
            print(f"telco is left out: {TELCO.name} lies neither in ../shared/data nor where VERNOST_SHARED_DATA says.")


if __name__ == "__main__":
    main()
