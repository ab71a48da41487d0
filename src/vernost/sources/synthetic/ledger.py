"""The ledger of the loyalty programme: each lot of points ends once, by a reward, by a refund or by its age.

A reward takes all points that a member has. So each lot earned is ended by whichever comes first, no balance is ever
below zero, and no loop over entries is needed.
"""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, joined
from vernost.sources.synthetic.setting import Setting

EARN, BURN, EXPIRE, REVERSE = 0, 1, 2, 3
KINDS = ("earn", "burn", "expire", "reverse")
RIGHT_AFTER = 1 / 1440
LEAST = 1


def draw_points(setting: Setting, chunk: int, traits: Columns, orders: Columns, refunds: Columns) -> Columns:
    """Entries by customer and time: ``customer, at, points, kind, order, expires, reward`` (NaN, -1: none)."""
    programme, draws = setting.preset.points, setting.chance.of("points", chunk)
    size = orders["at"].size
    burns_at = draws.random(size) < programme.burn
    reward = draws.integers(0, max(len(programme.rewards), 1), size)
    # A rouble's worth of points is the same whatever the currency.
    points = np.floor(orders["cents"] / 100 * programme.earn / setting.money)
    earns = traits["is_member"][orders["customer"]] & ~orders["is_cancelled"] & (points >= LEAST)
    rows = np.flatnonzero(earns)
    lots: Columns = {"customer": orders["customer"][rows], "at": orders["at"][rows] + RIGHT_AFTER, "order": rows}
    lots["points"], lots["expires"] = points[rows], lots["at"] + programme.expire_days
    lots["reversed"], lots["taken"] = _reversal(setting, orders, refunds, rows, lots)
    lots["burnt"], lots["burner"] = _next_burn(orders, rows, burns_at)
    return _entries(setting, lots, reward)


def _reversal(setting: Setting, orders: Columns, refunds: Columns, rows: Array, lots: Columns) -> tuple[Array, Array]:
    """When a refund takes points of a lot back, and how many."""
    at, share = np.full(orders["at"].size, np.inf), np.zeros(orders["at"].size)
    at[refunds["order"]] = refunds["at"] + RIGHT_AFTER
    share[refunds["order"]] = refunds["share"] * setting.preset.refunds.points_share
    return at[rows], np.floor(lots["points"] * share[rows])


def _next_burn(orders: Columns, rows: Array, burns_at: Array) -> tuple[Array, Array]:
    """The customer's next order at which a reward is taken, after each lot was earned."""
    size = orders["at"].size
    places = np.where(burns_at & ~orders["is_cancelled"], np.arange(size), size)
    following = np.minimum.accumulate(places[::-1])[::-1] if size else places
    burner = np.r_[following, size][rows + 1]
    safe = np.minimum(burner, max(size - 1, 0))
    is_own = (burner < size) & (orders["customer"][safe] == orders["customer"][rows])
    # After the lot itself is booked, however soon the next order came.
    at = orders["at"][safe] + 2 * RIGHT_AFTER
    return np.where(is_own, at, np.inf), np.where(is_own, burner, -1)


def _entries(setting: Setting, lots: Columns, reward: Array) -> Columns:
    """Entries of all lots: earned, and ended by what comes first."""
    taken_first = (lots["reversed"] < np.minimum(lots["burnt"], lots["expires"])) & (lots["taken"] > 0)
    rest = lots["points"] - np.where(taken_first, lots["taken"], 0)
    is_burnt = (lots["burnt"] <= lots["expires"]) & (rest > 0)
    burnt = _burnt(chosen(lots | {"points": rest}, is_burnt))
    entries = joined(
        [
            _kind(EARN, lots) | {"expires": lots["expires"]},
            _kind(BURN, burnt | {"points": -burnt["points"]}) | {"reward": reward[burnt["order"]]},
            _kind(EXPIRE, chosen(lots | {"at": lots["expires"], "points": -rest}, ~is_burnt & (rest > 0))),
            _kind(REVERSE, chosen(lots | {"at": lots["reversed"], "points": -lots["taken"]}, taken_first)),
        ]
    )
    entries = chosen(entries, entries["at"] < setting.days)
    # Points are earned before they are spent at the same instant.
    return chosen(entries, np.lexsort((entries["kind"], entries["at"], entries["customer"])))


def _burnt(lots: Columns) -> Columns:
    """Rewards: each takes all lots that are left."""
    order, first, which = np.unique(lots["burner"], return_index=True, return_inverse=True)
    points = np.bincount(which, weights=lots["points"], minlength=order.size)
    return {"customer": lots["customer"][first], "at": lots["burnt"][first], "points": points, "order": order}


def _kind(kind: int, rows: Columns) -> Columns:
    size = rows["at"].size
    told = {name: rows[name] for name in ("customer", "at", "points", "order")}
    return told | {"kind": np.full(size, kind), "expires": np.full(size, np.nan), "reward": np.full(size, -1)}
