"""Whom the company asks how it did after an order, and who answers."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined
from vernost.sources.synthetic.experiences import ANSWER
from vernost.sources.synthetic.setting import Setting

ASKED_AFTER_ORDER, ASKED_AFTER_EXPERIENCE = 1.0, 0.5
"""Days from the order that was received, or from what was lived through, until the customer is asked."""
NO_ORDER = -1
SECOND = 1 / 86_400


def draw_invitations(
    setting: Setting, chunk: int, orders: Columns, experiences: Columns, contacts: Columns, left: Array
) -> Columns:
    """Invitations by customer and time: ``customer, at, order`` (its row, or -1), ``delivered, opened, clicked``.

    Who tells an experience in an answer was asked too. Who unsubscribed is asked no more.
    """
    words, draws = setting.preset.words, setting.chance.of("invitations", chunk)
    asked = np.flatnonzero((draws.random(orders["at"].size) < words.asked) & ~orders["is_cancelled"])
    told = np.flatnonzero(experiences["via"] == ANSWER)
    invitations = joined(
        [
            {
                "customer": orders["customer"][asked],
                "at": orders["received"][asked] + ASKED_AFTER_ORDER,
                "order": asked,
                "is_answered": draws.random(asked.size) < words.answered,
            },
            {
                "customer": experiences["customer"][told],
                "at": experiences["at"][told] + ASKED_AFTER_EXPERIENCE,
                "order": np.full(told.size, NO_ORDER),
                "is_answered": np.ones(told.size, bool),
            },
        ]
    )
    until = np.minimum(np.minimum(left, setting.days), _unsubscribed(contacts, left.size))
    invitations = in_order(chosen(invitations, invitations["at"] < until[invitations["customer"]]))
    return invitations | _noticed(setting, draws, invitations)


def _unsubscribed(contacts: Columns, count: int) -> Array:
    """When each customer wanted no more messages; infinite who never did."""
    since = np.full(count, np.inf)
    leaves = ~np.isnan(contacts["unsubscribed"])
    np.minimum.at(since, contacts["customer"][leaves], contacts["unsubscribed"][leaves])
    return since


def _noticed(setting: Setting, draws: np.random.Generator, invitations: Columns) -> Columns:
    """What became of the messages; who answers opens and clicks at once."""
    size, answered = invitations["at"].size, invitations["is_answered"]
    delivered = invitations["at"] + 10 * SECOND
    opens = answered | (draws.random(size) < setting.preset.campaigns.opened)
    waits = np.where(answered, 0.0, draws.exponential(0.25, size))
    opened = np.where(opens, delivered + 10 * SECOND + waits, np.nan)
    clicked = np.where(answered, opened + 10 * SECOND, np.nan)
    instants = {"delivered": delivered, "opened": opened, "clicked": clicked}
    return {name: np.where(at < setting.days, at, np.nan) for name, at in instants.items()}
