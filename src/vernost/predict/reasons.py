"""Why a customer is at risk: what adds most to the risk, each with the numbers that say it, in either language."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter
from typing import TYPE_CHECKING, Any

from vernost.glossary import Language
from vernost.predict.candidates.process import HISTORY
from vernost.predict.features import Feature, catalogue, describe
from vernost.predict.frames import numbers

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MOST = 5
"""Reasons of a customer; more would not be read."""

LEAST_SHARE = 0.05
"""What adds less to the log-odds moves a risk by about one point of hundred, and is no reason."""

LEAST_PART = 0.05
"""Beside a reason twenty times as weighty, nobody asks for another."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that raises the risk of one customer.

    Attributes:
        feature: name of the feature.
        share: what it adds to the log-odds of leaving.
        values: the customer's features that its sentence names.
    """

    feature: str
    share: float
    values: Mapping[str, Any]

    @property
    def described(self) -> Feature:
        """The feature, which can list the rows of the log behind it."""
        return describe(self.feature)

    def sentence(self, language: Language) -> str:
        """It in words.

        >>> Reason("silence_ratio", 1.2, {"silence": 64.0, "gap_mean": 21.0}).sentence("en")
        'has been silent for 64 days, usually buys every 21 days'
        """
        return self.described.sentence(language, self.values)


def find_reasons(
    names: Sequence[str], shares: "NDArray[np.float64]", frame: "pa.Table", rows: Iterable[int]
) -> dict[int, list[Reason]]:
    """Up to five reasons of each of these rows, the weightiest first; no two of them tell of the same numbers.

    What is not known of a customer, such as the rhythm of who has ordered once, is no reason: it says nothing. Nor is
    what everyone would take for a reason to stay, such as a silence shorter than the rhythm, whatever it adds.

    Args:
        names: of the features, a column of ``shares`` each.
        shares: what each adds to the log-odds, and the base last.
        frame: the features.
        rows: places in the frame.
    """
    import numpy as np

    if set(HISTORY) <= set(names):
        names, shares = _by_rhythm(names, shares, frame)
    known = {place: name for place, name in enumerate(names) if name in catalogue() and name in frame.column_names}
    told = {name: _told(describe(name), frame) for name in known.values()}
    columns = {name: frame[name].to_pylist() for name in set().union(*told.values())} if told else {}
    places = np.array(list(known), dtype=np.intp)
    found = {}
    for row in rows:
        order = places[np.argsort(-shares[row, places])]
        found[row] = _of_customer(row, order, names, shares[row], told, columns)
    return found


def _by_rhythm(
    names: Sequence[str], shares: "NDArray[np.float64]", frame: "pa.Table"
) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
    """What a purchase process knows, by the features that tell it.

    Frequent purchases speak for a customer until the silence is longer than the rhythm, and against from then on; so
    they are told together with the silence, where that speaks against the customer too. Otherwise they are told
    together with the time in which they were made. Who has no rhythm yet was silent for all that time.
    """
    import numpy as np

    frequency, silence, tenure = (shares[:, names.index(name)] for name in HISTORY)
    ratio = numbers(frame, "silence_ratio")
    is_late, is_new = np.nan_to_num(ratio) > 1, np.isnan(ratio)
    late = np.where(is_late, np.maximum(silence, 0.0), 0.0)
    new = np.where(is_new, silence, 0.0)
    rhythm = np.where(is_late, frequency + late, 0.0)
    pace = np.where(is_late, tenure, frequency + tenure + new)
    return ("silence_ratio", "silence", "orders"), np.column_stack([rhythm, silence - late - new, pace, shares[:, -1]])


def _of_customer(
    row: int,
    order: "NDArray[np.intp]",
    names: Sequence[str],
    shares: "NDArray[np.float64]",
    told: Mapping[str, frozenset[str]],
    columns: Mapping[str, list[Any]],
) -> list[Reason]:
    reasons: list[Reason] = []
    said: set[str] = set()
    least = max(LEAST_SHARE, LEAST_PART * shares[order].max(initial=0.0))
    for place in order:
        if len(reasons) == MOST or shares[place] < least:
            break
        name = names[place]
        about = told[name] | {_over_any_days(describe(name))}
        if not about & said and describe(name).warns(columns[name][row]):
            values = {each: columns[each][row] for each in sorted(told[name])}
            reasons.append(Reason(name, float(shares[place]), values))
            said |= about
    return reasons


def _over_any_days(feature: Feature) -> str:
    """Its name without the days that it looks over: what 30 days say, 90 days need not say again."""
    return feature.name.replace(f"_{feature.days}d", "_days")


def _told(feature: Feature, frame: "pa.Table") -> frozenset[str]:
    """Features that the sentence of a feature names, and itself."""
    gaps = {name for _, name, _, _ in Formatter().parse(feature.said["en"]) if name}
    return frozenset(name for name in gaps | {feature.name} if name in frame.column_names)


def to_json(reasons: Sequence[Reason]) -> str:
    """Reasons as they are kept in the log: without words, so that they can be told in any language."""
    return json.dumps(
        [{"feature": each.feature, "share": round(each.share, 4), "values": each.values} for each in reasons],
        ensure_ascii=False,
        allow_nan=False,
        default=_plain,
    )


def _plain(value: Any) -> float | str:
    """What JSON has no word for: an exact decimal is a number, a date its text."""
    return float(value) if isinstance(value, Decimal) else str(value)


def from_json(text: str | None) -> list[Reason]:
    """Reasons as they were kept.

    >>> from_json('[{"feature": "tickets_90d", "share": 0.4, "values": {"tickets_90d": 2}}]')[0].sentence("ru")
    'обращений за последние 90 дней: 2'
    """
    return [Reason(**each) for each in json.loads(text or "[]")]
