"""The trial of candidates on time that is over: each learns from earlier days alone and is held against what came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from vernost.errors import VernostError
from vernost.predict.candidates.candidate import Candidate
from vernost.predict.evaluate.metrics import log_loss
from vernost.predict.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INSTABILITY = 0.5
"""Part of the spread of a candidate's gain over the trials that is taken off its mean.

Half a standard deviation: of two candidates whose gain is the same on average, the steadier one wins, and one that
gains twice as much on average must be very unsteady to lose.
"""

BASE = "base_rate"
"""The candidate that every gain is measured against: everyone leaves as often as anyone did before."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a candidate said as of a day of which it is known what came.

    Attributes:
        as_of: the day.
        risk: what it said of each customer.
        left: what came: 1 for who left.
        weight: how many customers each stands for.
        loss: log loss.
    """

    as_of: date
    risk: "NDArray[np.float64]"
    left: "NDArray[np.float64]"
    weight: "NDArray[np.float64]"
    loss: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a candidate did over all trials.

    Attributes:
        name: of the candidate.
        trials: one a day tried; none when it failed.
        gains: by how much its log loss was below that of the base rate, trial by trial.
        failure: why it could not be tried, or empty.
    """

    name: str
    trials: tuple[Trial, ...]
    gains: tuple[float, ...] = ()
    failure: str = ""

    @property
    def score(self) -> float:
        """Mean gain less half its spread; what the choice is made by."""
        if not self.gains:
            return float("-inf")
        spread = stdev(self.gains) if len(self.gains) > 1 else 0.0
        return fmean(self.gains) - INSTABILITY * spread

    @property
    def loss(self) -> float:
        """Mean log loss over the trials."""
        return fmean(trial.loss for trial in self.trials)


def back_test(
    candidates: Mapping[str, Callable[[], Candidate]],
    snapshots: Sequence[Snapshot],
    *,
    most_trials: int,
    progress: Callable[[str, float], None] | None = None,
) -> list[Standing]:
    """Try each candidate on the last labelled days, the best first.

    Args:
        candidates: name -> a new one; the base rate is among them.
        snapshots: labelled, the oldest first.
        most_trials: how many of the last days are tried.
        progress: hears what is being tried and the share that is done.
    """
    days = [
        (now, past)
        for now in snapshots
        if (past := [earlier for earlier in snapshots if earlier.known_on <= now.as_of])
    ][-most_trials:]
    tried = []
    for place, (name, make) in enumerate(candidates.items()):
        if progress:
            progress(name, place / len(candidates))
        tried.append(_tried(name, make, days))
    base = next(standing for standing in tried if standing.name == BASE)
    ranked = [_against(standing, base) for standing in tried]
    return sorted(ranked, key=lambda standing: -standing.score)


def _tried(name: str, make: Callable[[], Candidate], days: Sequence[tuple[Snapshot, list[Snapshot]]]) -> Standing:
    try:
        return Standing(name, tuple(_trial(make(), past, now) for now, past in days))
    except VernostError as error:
        if name == BASE:
            raise
        # A model that cannot be fitted to this log is out of the race; the card says why.
        return Standing(name, (), failure=error.message)


def _trial(candidate: Candidate, past: list[Snapshot], now: Snapshot) -> Trial:
    assert now.left is not None  # noqa: S101 - only labelled days are tried
    risk = candidate.learn(past, now).risk(now.frame)
    return Trial(now.as_of, risk, now.left, now.weight, log_loss(now.left, risk, now.weight))


def _against(standing: Standing, base: Standing) -> Standing:
    gains = tuple(bar.loss - trial.loss for bar, trial in zip(base.trials, standing.trials, strict=False))
    return Standing(standing.name, standing.trials, gains, standing.failure)
