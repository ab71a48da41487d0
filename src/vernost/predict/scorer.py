"""From what is known of customers to their scores: a batch of rows in, a batch of scores out, wherever it runs."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from vernost.predict.candidates.candidate import Candidate
from vernost.predict.frames import has, numbers
from vernost.predict.outlook import ContractOutlook, Outlook, PurchaseOutlook
from vernost.predict.reasons import find_reasons, to_json

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

Band = Literal["low", "medium", "high", "left"]
BANDS: tuple[Band, ...] = ("low", "medium", "high", "left")

AT_RISK: tuple[Band, ...] = ("medium", "high")
"""Bands of customers who can still be kept and need it: neither at less risk than usual, nor gone."""

FOREMOST = [("revenue_at_risk", "descending"), ("risk", "descending"), ("customer_id", "ascending")]
"""The order of scores in which people read them."""

HIGH_ODDS = 3.0
"""A risk is high when its odds are so many times those of all customers; medium when they are above them.

Shares of customers who leave differ by tens of times between a monthly contract and a shop looked at over half a year,
so no share is high everywhere.
"""

CLEARLY_ABOVE = 1.02
"""A risk within a fiftieth of the usual one is the usual one, as it is for everyone where nothing tells them apart."""

LONGEST_WAIT = 3650
"""A wait longer than ten years says that no rhythm is known."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Where risks begin to be medium and high.

    Attributes:
        medium: the share of all customers who leave.
        high: where odds are three times those.
        window: days of silence after which a customer has left; None with contracts.
    """

    medium: float
    high: float
    window: int | None = None

    @classmethod
    def around(cls, rate: float, window: int | None) -> "Bands":
        """Bands around the share of customers who leave.

        >>> Bands.around(0.25, None)
        Bands(medium=0.25, high=0.5, window=None)
        """
        odds = HIGH_ODDS * rate / (1 - rate)
        return cls(rate, odds / (1 + odds), window)

    def of(self, risk: "NDArray[np.float64]", silence: "NDArray[np.float64] | None") -> "NDArray[np.str_]":
        """The band of each customer."""
        import numpy as np

        place = (risk > CLEARLY_ABOVE * self.medium).astype(int) + (risk >= self.high)
        if self.window is not None and silence is not None:
            place = np.where(silence > self.window, BANDS.index("left"), place)
        return np.array(BANDS)[place]


@dataclass(frozen=True, slots=True)
class Scorer:
    """All that is needed to score customers; it holds no connection, so that it can be sent to where the rows are.

    Attributes:
        model: tells the risk.
        outlook: tells what is to come; None where there is no money or process to tell it by.
        bands: where risks begin to be medium and high.
        as_of: the day to predict from.
        days: horizon of the risk.
        name: code name of the model.
        version: of the model.
    """

    model: Candidate
    outlook: PurchaseOutlook | ContractOutlook | None
    bands: Bands
    as_of: date
    days: int
    name: str
    version: str

    def score(self, frame: "pa.Table") -> "pa.Table":
        """Scores of the customers of a frame, in the shape of the table ``scores`` of the log."""
        import numpy as np
        import pyarrow as pa

        count = frame.num_rows
        risk = self.model.risk(frame) if count else np.empty(0)
        silence = numbers(frame, "silence") if has(frame, "silence") else None
        band = self.bands.of(risk, silence)
        outlook = self.outlook.of(frame) if self.outlook and count else Outlook.unknown(count)
        so_far = numbers(frame, "revenue_so_far") if has(frame, "revenue_so_far") else np.full(count, np.nan)
        columns: dict[str, Any] = {
            "customer_id": frame["customer_id"],
            "scored_on": pa.array([self.as_of] * count, pa.date32()),
            "model": pa.array([self.name] * count, pa.string()),
            "version": pa.array([self.version] * count, pa.string()),
            "days": pa.array([self.days] * count, pa.int64()),
            "risk": pa.array(risk),
            "band": pa.array(band.tolist(), pa.string()),
            "next_order_days": _told(np.where(outlook.next_days < LONGEST_WAIT, outlook.next_days, np.nan)),
            "alarming_on": self._alarm(outlook, silence, count),
            "orders": _told(outlook.orders),
            "orders_low": _told(outlook.orders_low),
            "orders_high": _told(outlook.orders_high),
            "revenue": _told(outlook.money),
            "revenue_low": _told(outlook.money_low),
            "revenue_high": _told(outlook.money_high),
            "revenue_so_far": _told(so_far),
            "revenue_at_risk": _told(risk * np.maximum(outlook.money, 0.0)),
            "reasons": self._reasons(frame, band),
        }
        return pa.table(columns)

    def _alarm(self, outlook: Outlook, silence: "NDArray[np.float64] | None", count: int) -> "pa.Array":
        """The day from which silence is alarming: by the customer's own gaps, but no later than customers are gone."""
        import numpy as np
        import pyarrow as pa

        if silence is None:
            return pa.nulls(count, pa.date32())
        longest = LONGEST_WAIT if self.bands.window is None else self.bands.window
        days = np.minimum(np.ceil(outlook.alarm_days), longest)
        last = np.datetime64(self.as_of, "D") - silence.astype("timedelta64[D]")
        alarm = last + np.nan_to_num(days).astype("timedelta64[D]")
        return pa.array(alarm.astype("datetime64[D]"), pa.date32(), mask=np.isnan(days))

    def _reasons(self, frame: "pa.Table", band: "NDArray[np.str_]") -> "pa.Array":
        """Why the risk is what it is, for customers at more risk than usual; to others there is nothing to say."""
        import numpy as np
        import pyarrow as pa

        rows = np.flatnonzero((band == "medium") | (band == "high"))
        texts: list[str | None] = [None] * len(band)
        if len(rows):
            names, shares = self.model.contributions(frame.take(rows))
            found = find_reasons(names, shares, frame.take(rows), range(len(rows)))
            for place, row in enumerate(rows):
                texts[row] = to_json(found[place])
        return pa.array(texts, pa.string())


def _told(values: "NDArray[np.float64]") -> "pa.Array":
    """Numbers as Arrow, what is not known as null."""
    import numpy as np
    import pyarrow as pa

    return pa.array(values, mask=~np.isfinite(values))
