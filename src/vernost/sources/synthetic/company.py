"""What is of the company, not of its customers: what it spends by month and channel, and its rivals."""

import json
from typing import TYPE_CHECKING

import numpy as np

from vernost.sources.synthetic.arrow import FINE_SCALE, coded, constant, missing, money
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.tables import all_contacts, contact_costs

if TYPE_CHECKING:
    import pyarrow as pa


def month_starts(setting: Setting) -> Array:
    """First days of the months of the span."""
    first, last = np.datetime64(setting.start, "M"), np.datetime64(setting.last_day, "M")
    return np.arange(first, last + 1)


def spent(setting: Setting, piece: Piece) -> tuple[Array, Array]:
    """Money spent on a chunk, by month and channel, in the last digit of `FINE_SCALE`: to acquire, and to keep."""
    channels = setting.preset.acquisition.channels
    acquired = np.round(piece.traits["cost"] * 10**FINE_SCALE).astype(np.int64)
    acquisition = _by_month(setting, piece.traits["arrived"], piece.traits["channel"], acquired, len(channels))
    contacts = all_contacts(setting, piece)
    costs = contact_costs(setting, contacts)
    retention = _by_month(setting, contacts["at"], contacts["channel"], costs, len(setting.preset.campaigns.channels))
    return acquisition, retention


def _by_month(setting: Setting, at: Array, channel: Array, costs: Array, channels: int) -> Array:
    months = month_starts(setting)
    instants = np.datetime64(setting.start, "s") + np.floor(at * 86_400).astype("timedelta64[s]")
    month = (instants.astype("datetime64[M]") - months[0]).astype(int)
    totals = np.zeros((months.size, channels), np.int64)
    np.add.at(totals, (month, channel), costs)
    return totals


def spend_table(setting: Setting, acquisition: Array, retention: Array) -> "pa.Table":
    """A row a month and channel."""
    import pyarrow as pa

    parts = []
    for purpose, totals, names in (
        ("acquisition", acquisition, [channel.name for channel in setting.preset.acquisition.channels]),
        ("retention", retention, list(setting.preset.campaigns.channels)),
    ):
        month, channel = (each.ravel() for each in np.indices(totals.shape))
        days = month_starts(setting)[month].astype("datetime64[D]")
        # A span may begin in the middle of a month; its money is spent within the span.
        days = np.maximum(days, np.datetime64(setting.start, "D"))
        ids = [f"{purpose}-{day}-{names[place]}" for day, place in zip(days, channel, strict=True)]
        parts.append(
            pa.table(
                {
                    "spend_id": pa.array(ids, pa.string()),
                    "period_on": pa.array(days),
                    "channel": coded(channel, names).cast(pa.string()),
                    "purpose": constant(purpose, month.size).cast(pa.string()),
                    "amount": money(totals.ravel(), scale=FINE_SCALE),
                    "campaign": missing(month.size),
                }
            )
        )
    return pa.concat_tables(parts)


def competitors_table(setting: Setting) -> "pa.Table":
    """The rivals."""
    import pyarrow as pa

    rivals, language = setting.preset.competitors, setting.language
    return pa.table(
        {
            "competitor_id": pa.array([f"rival-{place + 1}" for place in range(len(rivals))], pa.string()),
            "name": pa.array([rival.name.of(language) for rival in rivals], pa.string()),
            "aliases": pa.array(
                [json.dumps([rival.name.en, rival.name.ru], ensure_ascii=False) for rival in rivals], pa.string()
            ),
            "website": pa.array([f"https://rival-{place + 1}.example" for place in range(len(rivals))], pa.string()),
            "price_index": pa.array([rival.price_index for rival in rivals], pa.float64()),
        }
    )
