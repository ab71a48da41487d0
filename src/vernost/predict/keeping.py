"""Scores written back to the log, through the same door as all that is loaded."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.sources.at_hand import at_hand

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.store import Receipt, Store

SOURCE = "vernost predict"
"""Where scores are from, as the log says of each row."""


def keep_scores(store: "Store", batches: "Iterable[pa.Table]", *, at: datetime, key: str = "") -> "Receipt":
    """Write scores to the log; those of the same customers on the same day replace the ones before.

    Args:
        store: the log.
        batches: scores, as `Forecast.batches` gives them; held on disk, not in memory.
        at: when they are written.
        key: makes repeats harmless: under a key that a load has, that load's receipt.
    """
    with at_hand("scores", batches, source=SOURCE) as reading:
        return store.load(reading, loaded_at=at, key=key)
