"""Purchase processes: published values, CPU and memory beside a plain L-BFGS, and forecasts held against what came.

    python benchmarks/bench_processes.py [--sizes 10_000 100_000 1_000_000 10_000_000] [--rounds 3]

The peer is what one writes by hand on a good day: distinct histories with counts by a sort, the log-likelihood of the
paper over them in NumPy with analytic gradients (BG/NBD) or with SciPy's hypergeometric function (Pareto/NBD, whose
gradient has no closed form, so by differences), SciPy's L-BFGS in the logarithms of the parameters. Figures are CPU
seconds of all threads, each in a process of its own, imports left out, medians of interleaved rounds. Both must come
to the same likelihood, else the run stops.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TRUTH = {"BetaGeoNBD": (0.5, 30.0, 0.8, 2.4), "ParetoNBD": (0.55, 30.0, 0.6, 80.0)}
PUBLISHED = {
    "BetaGeoNBD": ((0.243, 4.414, 0.793, 2.426), -9582.43),
    "ParetoNBD": ((0.553, 10.578, 0.606, 11.669), -9594.97),
    "ModifiedBetaGeoNBD": ((0.525, 6.183, 0.891, 1.614), None),
    "GammaGamma": ((6.25, 3.74, 15.44), None),
    "BetaGeoBetaBinom": ((1.2035, 0.7497, 0.6567, 2.7834), -33225.58),
}
ROOT = Path(__file__).parents[1]


# -- customers ----------------------------------------------------------------------------------------------------


def customers(process: str, count: int) -> dict[str, Any]:
    """Made-up customers seen for 30 to 365 days, times in whole days, as a log has them."""
    from vernost import predict
    from vernost.predict.processes.maximum import Optimum

    size = len(TRUTH[process])
    known = Optimum(np.log(TRUTH[process]), 0.0, np.zeros((size, size)), np.zeros(size, dtype=bool))
    spans = np.floor(np.random.default_rng(1).uniform(30, 365, count))
    made = getattr(predict, process)()._adopt(known).sample(spans, seed=2)  # noqa: SLF001 - the truth is set, not learnt
    return {**made, "recency": np.minimum(np.ceil(made["recency"]), spans)}


# -- the peer -----------------------------------------------------------------------------------------------------


def grouped(frame: dict[str, Any]) -> tuple[Any, ...]:
    key = (frame["frequency"].astype(np.int64) * 400 + frame["recency"].astype(np.int64)) * 400 + frame["T"].astype(
        np.int64
    )
    keys, weight = np.unique(key, return_counts=True)
    return keys // 160_000.0, keys // 400 % 400.0, keys % 400.0, weight.astype(float)


def plain_bg_nbd(x: Any, recency: Any, span: Any, weight: Any) -> Callable[[Any], Any]:
    from scipy.special import digamma, expit, gammaln

    def depth(logs: Any) -> Any:
        r, alpha, a, b = np.exp(logs)
        longer, log_last = np.log(alpha + span), np.log(alpha + recency)
        first = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * longer
        second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        exits = b + np.maximum(x, 1) - 1
        odds = np.where(x > 0, np.log(a) - np.log(exits) + (r + x) * (longer - log_last), -np.inf)
        share = expit(odds)
        height = weight @ (first + second + np.logaddexp(0, odds))
        by_r = digamma(r + x) - digamma(r) + np.log(alpha) - longer + share * (longer - log_last)
        by_alpha = r / alpha - (r + x) * ((1 - share) / (alpha + span) + share / (alpha + recency))
        by_a = digamma(a + b) - digamma(a + b + x) + share / a
        by_b = digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x) - share / exits
        gradient = np.array([weight @ by_r * r, weight @ by_alpha * alpha, weight @ by_a * a, weight @ by_b * b])
        return -height / weight.sum(), -gradient / weight.sum()

    return depth


def plain_pareto_nbd(x: Any, recency: Any, span: Any, weight: Any) -> Callable[[Any], Any]:
    from scipy.special import gammaln, hyp2f1

    def depth(logs: Any) -> Any:
        r, alpha, s, beta = np.exp(logs)
        total, large, far = r + s + x, max(alpha, beta), abs(alpha - beta)
        other = s + 1 if alpha >= beta else r + x
        at_last = hyp2f1(total, other, total + 1, far / (large + recency)) / (large + recency) ** total
        at_end = hyp2f1(total, other, total + 1, far / (large + span)) / (large + span) ** total
        alive = (alpha + span) ** -(r + x) * (beta + span) ** -s
        front = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return -(weight @ (front + np.log(alive + s / total * (at_last - at_end)))) / weight.sum()

    return depth


def plain_fit(process: str, frame: dict[str, Any]) -> float:
    from scipy.optimize import minimize

    histories = grouped(frame)
    has_gradient = process == "BetaGeoNBD"
    depth = (plain_bg_nbd if has_gradient else plain_pareto_nbd)(*histories)
    found = minimize(depth, np.log([0.5, 30, 1, 2 if has_gradient else 60]), jac=has_gradient, method="L-BFGS-B")
    return -float(found.fun) * float(histories[3].sum())


# -- one measurement, one process -----------------------------------------------------------------------------------


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    before = time.process_time()
    answer = run()
    return time.process_time() - before, answer


def greatest_memory() -> float:
    """Of this process so far, in MB; ``ru_maxrss`` would be that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def child(who: str, process: str, count: int) -> dict[str, float]:
    import pyarrow as pa  # noqa: F401 - imported before the clock starts
    from scipy import optimize, special  # noqa: F401

    from vernost import predict

    frame = customers(process, count)
    if who == "plain":
        cpu, height = timed(lambda: plain_fit(process, frame))
        return {"fit": cpu, "height": height}
    model = getattr(predict, process)()
    cpu, _ = timed(lambda: model.fit(frame))
    peak = greatest_memory()
    score = timed(lambda: (model.probability_alive(frame), model.expected_purchases(frame, 90)))[0]
    return {"fit": cpu, "height": model.log_likelihood_, "peak": peak, "score": score}


def spawn(*arguments: str) -> Any:
    done = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, __file__, "--child", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


# -- what is printed ------------------------------------------------------------------------------------------------


def speed(sizes: list[int], rounds: int) -> None:
    print("\nCPU s: fit (ours | plain L-BFGS | ratio, goal 2), scoring (alive and expected), peak MB with the frame")
    for process in TRUTH:
        for count in sizes:
            if process == "ParetoNBD" and count > 1_000_000:
                continue  # the goal is set at a million; the peer would take minutes
            runs = [[spawn(who, process, str(count)) for who in ("ours", "plain")] for _ in range(rounds)]
            ours, plain = (
                {name: statistics.median(run[place][name] for run in runs) for name in runs[0][place]}
                for place in (0, 1)
            )
            if ours["height"] < plain["height"] - 1e-6 * abs(plain["height"]):
                raise SystemExit(f"{process} {count}: {ours['height']} is below the plain {plain['height']}.")
            print(
                f"{process:11s}{count:>11,} {ours['fit']:8.3f} | {plain['fit']:8.3f} | "
                f"{ours['fit'] / plain['fit']:5.2f}   score {ours['score']:.2f}   peak {ours['peak']:,.0f}"
            )


def standard_errors() -> None:
    """What polishing and curvature add to the climb alone."""
    from vernost.predict.processes import maximum

    print("\nFit with standard errors over the climb alone (goal 2 more), 1,000,000 customers")
    for process in TRUTH:
        frame = customers(process, 1_000_000)
        with_errors, alone = fitted(process, frame), climbed(process, frame, maximum)
        print(f"{process:11s} {with_errors:6.2f} | {alone:6.2f} | {with_errors / alone:5.2f}")


def fitted(process: str, frame: dict[str, Any]) -> float:
    from vernost import predict

    return min(timed(lambda: getattr(predict, process)().fit(frame))[0] for _ in range(3))


def climbed(process: str, frame: dict[str, Any], maximum: Any) -> float:
    polished = maximum._polished  # noqa: SLF001 - it is left out to see what it costs
    maximum._polished = lambda depth, logs, *_: (logs, np.eye(len(logs)), np.zeros(len(logs), dtype=bool))  # noqa: ARG005, SLF001
    try:
        return fitted(process, frame)
    finally:
        maximum._polished = polished  # noqa: SLF001


def cold() -> None:
    code = (
        "from vernost.predict import BetaGeoNBD\n"
        "BetaGeoNBD().fit({'frequency': [0, 2, 1], 'recency': [0, 3, 2], 'T': [5, 6, 7], 'weight': [50, 9, 20]})\n"
        "import time; print(time.process_time())"
    )
    command = [sys.executable, "-c", code]
    least = min(float(subprocess.check_output(command, text=True)) for _ in range(5))  # noqa: S603 - our own code
    print(f"\nCold first call: import and fit of a small frame {least:.2f} CPU s (goal 1.5)")


def published() -> None:
    from tests.vernost.predict.processes import cdnow, donations

    from vernost import predict

    print("Published values (ours | paper)")
    frames = {"GammaGamma": cdnow.customers(), "BetaGeoBetaBinom": donations.FRAME}
    for name, (values, height) in PUBLISHED.items():
        model = getattr(predict, name)().fit(frames.get(name, cdnow.histories()))
        ours = " ".join(f"{value:.4g}" for value in model.params_.values())
        print(f"{name:19s} {ours} | {' '.join(map(str, values))}   LL {model.log_likelihood_:.2f} | {height or '-'}")
    expected = (
        predict.BetaGeoNBD()
        .fit(cdnow.histories())
        .expected_purchases({"frequency": [2], "recency": [30.43], "T": [38.86]}, 39)
    )
    print(f"x 2, t_x 30.43, T 38.86 expects {expected[0]:.4f} in 39 weeks | 1.226")


def holdout() -> None:
    from tests.vernost.predict.processes import cdnow

    from vernost import predict
    from vernost.predict.histories import pasts_of

    known, later = cdnow.customers(), cdnow.customers(cdnow.HOLDOUT)
    bought = later["frequency"].to_numpy() - known["frequency"].to_numpy()
    pasts = pasts_of(cdnow.log(), cdnow.CALIBRATION, horizon=39, unit="week")
    print(
        "\nHoldout on CDNOW, 39 weeks after 39: MAE (goal .755), RMSE (1.603), "
        "total / truth, the same corrected (0.9 to 1.1)"
    )
    for name in ("BetaGeoNBD", "ModifiedBetaGeoNBD", "ParetoNBD"):
        process = getattr(predict, name)
        expected = process().fit(known).expected_purchases(known, 39)
        correction = predict.DriftCorrection(process()).fit(pasts)
        away = expected - bought
        print(
            f"{name:19s} {np.abs(away).mean():.4f} {np.sqrt((away**2).mean()):.4f}   "
            f"{expected.sum() / bought.sum():.3f}   {correction.total(expected) / bought.sum():.3f} "
            f"(factor {correction.factor_:.3f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        who, process, count = given.child
        print(json.dumps(child(who, process, int(count))))
        return
    sys.path.insert(0, str(ROOT))
    published()
    holdout()
    cold()
    speed(given.sizes, given.rounds)
    standard_errors()


if __name__ == "__main__":
    main()
