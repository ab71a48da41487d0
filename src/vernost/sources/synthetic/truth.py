"""What no analysis may read: who the customers were, why they left, and what was planted with which effect."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from vernost.sources.synthetic.arrow import coded, flags, instant_type, instants
from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.contacts import campaign_instants
from vernost.sources.synthetic.departure import STAYS
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.preset import GROUPS
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.tables import campaign_names

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS = 6
"""Hidden numbers are rounded to so many digits, that machines agree on them."""
TRAITS = ("keenness", "rate", "unfaithfulness", "patience", "price", "messages", "voice", "contentment", "mean_spend")


@dataclass(frozen=True)
class Tally:
    """What a chunk adds to the truth about the whole, in numbers that can be added up.

    Attributes:
        chances: sum over those who left of the chance of each cause, in millionths.
        causes: customers who left by each cause.
        events: for each event: exposed, left because of it, left earlier by it, would have stayed without it.
        campaigns: for each campaign: contacts, treated, control, persuadable among the treated, orders brought.
    """

    chances: Array
    causes: Array
    events: Array
    campaigns: Array

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.chances + other.chances,
            self.causes + other.causes,
            self.events + other.events,
            self.campaigns + other.campaigns,
        )


MILLION = 1_000_000


def tally_of(setting: Setting, piece: Piece) -> Tally:
    """What a chunk adds."""
    departure, preset = piece.departure, setting.preset
    gone = departure.cause != STAYS
    events = np.zeros((len(preset.events), 4), np.int64)
    for place in range(len(preset.events)):
        told = (departure.exposed[place], departure.event == place, departure.delayed[place], departure.spared[place])
        events[place] = [int(each.sum()) for each in told]
    return Tally(
        np.round(departure.chances.sum(axis=0) * MILLION).astype(np.int64),
        np.bincount(departure.cause[gone], minlength=len(preset.causes)),
        events,
        _campaigns(setting, piece),
    )


def _campaigns(setting: Setting, piece: Piece) -> Array:
    contacts, orders = piece.facts["contacts"], piece.facts["orders"]
    count = campaign_instants(setting).size
    which, control = contacts["campaign"], contacts["is_control"]
    brought = orders["campaign"][orders["campaign"] >= 0]
    rows = (which, which[~control], which[control], which[contacts["is_persuadable"]], brought)
    return np.stack([np.bincount(row, minlength=count) for row in rows], axis=1)


def customers_truth(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """Hidden traits, leaving, voice and responses of each customer."""
    import pyarrow as pa

    traits, departure, preset = piece.traits, piece.departure, setting.preset
    gone = departure.cause != STAYS
    columns = {"customer_id": ids}
    columns |= {name: pa.array(np.round(traits[name], DIGITS)) for name in TRAITS}
    columns |= {
        "decided_at": instants(setting.start, np.where(gone, departure.decided, np.nan)),
        "left_at": instants(setting.start, departure.left),
        "cause": coded(departure.cause, preset.causes),
        "event": coded(departure.event, [event.name for event in preset.events]),
        "spoke": flags(_spoke(piece)),
        "chance_of_speaking": pa.array(np.round(_chance_of_speaking(piece), DIGITS)),
        "hazard": pa.array(np.round(departure.hazard.base + departure.hazard.excess.sum(axis=1), 9)),
    }
    groups = [name for name in traits if name.startswith("group_")]
    columns |= {name.replace("group", "response"): coded(traits[name].astype(int), GROUPS) for name in groups}
    return pa.table(columns)


def _spoke(piece: Piece) -> Array:
    """Who told at least one experience."""
    spoke = np.zeros(piece.traits["arrived"].size, bool)
    experiences = piece.facts["experiences"]
    spoke[experiences["customer"][experiences["is_told"]]] = True
    return spoke


def _chance_of_speaking(piece: Piece) -> Array:
    """Chance of having told at least one of the experiences that the customer had."""
    experiences = piece.facts["experiences"]
    silent = np.log1p(-experiences["told_chance"])
    return -np.expm1(np.bincount(experiences["customer"], weights=silent, minlength=piece.traits["arrived"].size))


def experiences_truth(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """What each customer lived through, with the hazard that it brought in all, and whether it was told."""
    import pyarrow as pa

    rows, preset = piece.facts["experiences"], setting.preset
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    event = np.where(rows["slot"] >= len(preset.experiences), rows["slot"] - len(preset.experiences), -1)
    return pa.table(
        {
            "customer_id": ids.take(pa.array(rows["customer"])),
            "at": instants(setting.start, rows["at"]),
            "kind": coded(rows["slot"], kinds),
            "event": coded(event, [each.name for each in preset.events]),
            "hazard": pa.array(np.round(rows["weight"], DIGITS)),
            "is_told": flags(rows["is_told"]),
        }
    )


def causes_truth(setting: Setting, tally: Tally) -> "pa.Table":
    """Each cause with its planted share of all who left, which sum to one, and how many it came to be."""
    import pyarrow as pa

    whole = max(int(tally.chances.sum()), 1)
    return pa.table(
        {
            "cause": pa.array(setting.preset.causes, pa.string()),
            "share": pa.array(tally.chances / whole),
            "customers": pa.array(tally.causes),
            "drawn_share": pa.array(tally.causes / max(int(tally.causes.sum()), 1)),
        }
    )


def events_truth(setting: Setting, tally: Tally) -> "pa.Table":
    """Each planted event, each time that it came, with its effect over all its times."""
    import pyarrow as pa

    rows: list[Columns | dict[str, object]] = []
    for place, event in enumerate(setting.preset.events):
        exposed, caused, delayed, spared = (int(value) for value in tally.events[place])
        for first, last in setting.windows(event.month, event.begins, event.days):
            rows.append(
                {
                    "event": event.name,
                    "experience": event.experience,
                    "begins_at": setting.start + timedelta(days=first),
                    "ends_at": setting.start + timedelta(days=last),
                    "chance": event.chance,
                    "hazard": event.weight,
                    "price_factor": event.price,
                    "wait_factor": event.slows,
                    "exposed_customers": exposed,
                    "left_because": caused,
                    "left_earlier": delayed,
                    "would_have_stayed": spared,
                    "effect": spared / exposed if exposed else 0.0,
                }
            )
    schema = pa.schema(
        [(name, pa.string()) for name in ("event", "experience")]
        + [(name, instant_type()) for name in ("begins_at", "ends_at")]
        + [(name, pa.float64()) for name in ("chance", "hazard", "price_factor", "wait_factor")]
        + [(n, pa.int64()) for n in ("exposed_customers", "left_because", "left_earlier", "would_have_stayed")]
        + [("effect", pa.float64())]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def campaigns_truth(setting: Setting, tally: Tally) -> "pa.Table":
    """Each campaign with what it truly brought."""
    import pyarrow as pa

    _, treated, control, persuadable, brought = tally.campaigns.T
    kinds = setting.preset.campaigns.kinds
    return pa.table(
        {
            "campaign": pa.array(campaign_names(setting), pa.string()),
            "kind": pa.array([kinds[place % len(kinds)] for place in range(treated.size)], pa.string()),
            "treated": pa.array(treated),
            "control": pa.array(control),
            "persuadable": pa.array(persuadable),
            "orders_brought": pa.array(brought),
            "orders_for_each_treated": pa.array(brought / np.maximum(treated, 1)),
        }
    )
