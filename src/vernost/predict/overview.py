"""What scores say together, gathered as they pass, so that memory does not grow with the number of customers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vernost.predict.scorer import AT_RISK, FOREMOST

if TYPE_CHECKING:
    import pyarrow as pa

SUMMED = ("orders", "revenue", "revenue_at_risk")


class Overview:
    """What has passed so far.

    Attributes:
        counts: band of risk -> customers.
        sums: column of `SUMMED` -> its sum over customers who are there; 0 where it is not known.
        first: scores of so many customers at risk, the most revenue at risk first; None before any have passed.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: Counter[str] = Counter()
        self.sums = dict.fromkeys(SUMMED, 0.0)
        self.first: pa.Table | None = None

    def watch(self, batches: "Iterable[pa.Table]") -> "Iterator[pa.Table]":
        """The same scores, looked at in passing."""
        for batch in batches:
            self._add(batch)
            yield batch

    def _add(self, batch: "pa.Table") -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        for each in batch["band"].value_counts().to_pylist():
            self.counts[each["values"]] += each["counts"]
        there = batch.filter(pc.not_equal(batch["band"], "left"))
        for name in SUMMED:
            self.sums[name] += float(pc.sum(there[name]).as_py() or 0.0)
        known = batch if self.first is None else pa.concat_tables([self.first, batch])
        self.first = first_at_risk(known, self.most)


def first_at_risk(scores: "pa.Table", most: int) -> "pa.Table":
    """Scores of those who can still be kept, the most revenue at risk first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return scores.filter(pc.is_in(scores["band"], pa.array(AT_RISK))).sort_by(FOREMOST).slice(0, most)
