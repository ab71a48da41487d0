"""Support: who writes, how long each waits, and what the wait does."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined
from vernost.sources.synthetic.experiences import DAY_OF_WAITING, TICKET, of_occasions
from vernost.sources.synthetic.setting import Setting

QUESTION = -1
"""The experience of a ticket that tells of none."""
HOUR = 1 / 24


def draw_tickets(setting: Setting, chunk: int, orders: Columns, experiences: Columns) -> Columns:
    """Tickets as if nobody ever left: ``customer, at, experience, replied, resolved, agent`` by customer and time.

    ``experience`` is the row of what is told, or -1 for a plain question; ``replied`` is infinite for those that nobody
    ever answers.
    """
    words, draws = setting.preset.words, setting.chance.of("tickets", chunk)
    told = np.flatnonzero(experiences["via"] == TICKET)
    asking = np.flatnonzero(draws.random(orders["at"].size) < words.questions)
    tickets = joined(
        [
            {
                "customer": experiences["customer"][told],
                "at": experiences["at"][told] + draws.exponential(0.3, told.size),
                "experience": told,
            },
            {
                "customer": orders["customer"][asking],
                "at": orders["at"][asking] + draws.exponential(0.8, asking.size) + HOUR,
                "experience": np.full(asking.size, QUESTION),
            },
        ]
    )
    tickets = in_order(chosen(tickets, tickets["at"] < setting.days))
    size = tickets["at"].size
    hours = (
        words.reply_hours * np.exp(words.reply_spread * draws.standard_normal(size)) * _slowness(setting, tickets["at"])
    )
    replied = np.where(draws.random(size) < words.unanswered, np.inf, tickets["at"] + hours * HOUR)
    return tickets | {
        "replied": replied,
        "resolved": replied + draws.exponential(words.resolve_hours, size) * HOUR,
        "agent": draws.integers(0, max(len(words.agents), 1), size),
    }


def _slowness(setting: Setting, at: Array) -> Array:
    """What waits are multiplied with at each instant."""
    slow = np.ones(at.size)
    for event in setting.preset.events:
        for first, last in setting.windows(event.month, event.begins, event.days):
            slow = np.where((at >= first) & (at < last), np.maximum(slow, event.slows), slow)
    return slow


def waited(setting: Setting, chunk: int, traits: Columns, tickets: Columns, experiences: Columns) -> Columns:
    """All experiences by customer and time: complaints answered within a day weigh less, waits are added."""
    quick = tickets["experience"][(tickets["replied"] - tickets["at"] <= DAY_OF_WAITING) & (tickets["experience"] >= 0)]
    weight = experiences["weight"].copy()
    weight[quick] *= setting.preset.words.recovery
    parts = [experiences | {"weight": weight}]
    for experience in setting.preset.experiences:
        if experience.at == "ticket":
            rows = np.flatnonzero(tickets["replied"] - tickets["at"] > DAY_OF_WAITING)
            occasions = {
                "customer": tickets["customer"][rows],
                "at": tickets["at"][rows] + DAY_OF_WAITING,
                "order": np.full(rows.size, -1),
            }
            waits = of_occasions(setting, chunk, experience, traits, occasions)
            parts.append(chosen(waits, waits["at"] < setting.days))
    return joined(parts)
