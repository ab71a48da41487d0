"""What customers say: which experience, in which place, about which sides of it, with which score. Not yet in words."""

from dataclasses import dataclass

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, last_before
from vernost.sources.synthetic.departure import Departure
from vernost.sources.synthetic.experiences import ANSWER, REVIEW, slot_fades
from vernost.sources.synthetic.invitations import ASKED_AFTER_EXPERIENCE, NO_ORDER
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import Setting

ASPECTS = (
    "price",
    "quality",
    "support",
    "staff",
    "wait",
    "delivery",
    "usability",
    "trust",
    "assortment",
    "competitor",
    "spam",
    "no_need",
    "refund",
    "access",
    "loyalty",
)
NOTHING = -1
GOOD, BAD = 1, -1
NPS, CSAT, CES, LEAVING, TOLD = range(5)
"""Which question an answer is to; `TOLD` is NPS too, answered to tell an experience."""
HARM = 10.0
"""Steps of a score of 0 to 10 that a fresh experience takes, for each unit of its hazard."""
MIXED = 0.18
"""Share of what is said that has a second side of the other mood."""


@dataclass(frozen=True)
class Sides:
    """What each text is about: up to two aspects (places in `ASPECTS`) with a mood each."""

    first: Array
    mood: Array
    second: Array
    second_mood: Array

    def lists(self) -> list[list[tuple[str, int]]]:
        """Aspects of each text as pairs of code and mood."""
        key = ((self.first + 1) * 3 + self.mood + 1) * 64 + (self.second + 1) * 3 + self.second_mood + 1
        _, rows, which = np.unique(key, return_index=True, return_inverse=True)
        known = [_pairs(*(int(each[row]) for each in self.parts)) for row in rows]
        return [known[place] for place in which]

    @property
    def parts(self) -> tuple[Array, Array, Array, Array]:
        """Its columns."""
        return self.first, self.mood, self.second, self.second_mood


def _pairs(first: int, mood: int, second: int, second_mood: int) -> list[tuple[str, int]]:
    pairs = [(first, mood), (second, second_mood)]
    return [(ASPECTS[aspect], each) for aspect, each in pairs if aspect != NOTHING]


def sides_of(preset: Preset, draws: np.random.Generator, slots: Array) -> Sides:
    """What is said of experiences by their slots; ``NOTHING`` for a content customer, who praises."""
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    known = [[ASPECTS.index(aspect) for aspect in preset.experience(kind).aspects] for kind in kinds]
    first_of = np.array([aspects[0] for aspects in known])
    second_of = np.array([aspects[1] if len(aspects) > 1 else NOTHING for aspects in known])
    praised = np.array([ASPECTS.index(aspect) for aspect in praised_aspects(preset)])
    size, is_bad = slots.size, slots != NOTHING
    safe = np.where(is_bad, slots, 0)
    draw = draws.random((2, size))
    good = praised[draws.integers(0, praised.size, (2, size))]
    first = np.where(is_bad, first_of[safe], good[0])
    second = np.where(is_bad & (draw[0] < 0.5), second_of[safe], NOTHING)
    second = np.where(~is_bad & (draw[0] < 0.4), good[1], second)
    mood, second_mood = np.where(is_bad, BAD, GOOD), np.where(is_bad, BAD, GOOD)
    mixes = draw[1] < MIXED
    second = np.where(mixes & is_bad, good[1], second)
    second_mood = np.where(mixes & is_bad, GOOD, second_mood)
    second = np.where(second == first, NOTHING, second)
    return Sides(first, mood, second, np.where(second == NOTHING, 0, second_mood))


def praised_aspects(preset: Preset) -> tuple[str, ...]:
    """What content customers praise: what the company's experiences are about, apart from what only goes wrong."""
    wrong = {"spam", "competitor", "loyalty", "refund", "no_need", "wait", "access"}
    return tuple(dict.fromkeys(a for each in preset.experiences for a in each.aspects if a not in wrong))


def draw_reviews(setting: Setting, chunk: int, orders: Columns, experiences: Columns, left: Array) -> Columns:
    """Reviews: ``customer, at, slot`` (-1: praise), ``experience``, ``rating, platform, replied, order``."""
    words, draws = setting.preset.words, setting.chance.of("reviews", chunk)
    told = np.flatnonzero(experiences["via"] == REVIEW)
    praising = np.flatnonzero((draws.random(orders["at"].size) < words.praise) & ~orders["is_cancelled"])
    # Who has just been let down does not praise.
    ready = orders["received"][praising] + draws.exponential(2.0, praising.size)
    praising, ready = _content(praising, ready, orders, experiences)
    reviews = joined(
        [
            {
                "customer": experiences["customer"][told],
                "at": experiences["at"][told] + draws.exponential(1.0, told.size),
                "slot": experiences["slot"][told],
                "experience": told,
                "order": experiences["order"][told],
            },
            {
                "customer": orders["customer"][praising],
                "at": ready,
                "slot": np.full(praising.size, NOTHING),
                "experience": np.full(praising.size, NOTHING),
                "order": praising,
            },
        ]
    )
    reviews = in_order(chosen(reviews, (reviews["at"] < setting.days) & (reviews["at"] < left[reviews["customer"]])))
    size = reviews["at"].size
    bad = draws.choice([1, 2, 3], size, p=[0.5, 0.32, 0.18])
    good = draws.choice([4, 5], size, p=[0.3, 0.7])
    replied = reviews["at"] + draws.exponential(1.8, size)
    is_replied = (draws.random(size) < words.replied) & (replied < setting.days)
    return reviews | {
        "rating": np.where(reviews["slot"] == NOTHING, good, bad),
        "platform": draws.integers(0, len(words.platforms), size),
        "replied": np.where(is_replied, replied, np.nan),
    }


def _content(rows: Array, at: Array, orders: Columns, experiences: Columns) -> tuple[Array, Array]:
    lived = in_order(experiences)
    last = last_before(lived["customer"], lived["at"], orders["customer"][rows], at)
    recent = (
        (last >= 0) & (at - lived["at"][np.maximum(last, 0)] < 30) if lived["at"].size else np.zeros(rows.size, bool)
    )
    return rows[~recent], at[~recent]


def draw_answers(
    setting: Setting,
    chunk: int,
    traits: Columns,
    invitations: Columns,
    tickets: Columns,
    experiences: Columns,
    left: Array,
) -> Columns:
    """Answers: ``customer, asked, at, question, score, slot, has_text, experience, row`` (of the order or ticket)."""
    draws = setting.chance.of("answers", chunk)
    parts = [
        _after_orders(draws, invitations),
        _after_tickets(setting, draws, tickets, experiences),
        _told(experiences, draws),
    ]
    if not setting.preset.is_contract:
        # Under a contract people say why when they cancel.
        parts.append(_on_leaving(setting, draws, left))
    answers = in_order(joined(parts))
    late = answers["at"] >= np.where(answers["question"] == LEAVING, np.inf, left[answers["customer"]])
    answers = chosen(answers, (answers["at"] < setting.days) & ~late)
    return _scored(setting, draws, traits, answers, experiences)


def _after_orders(draws: np.random.Generator, invitations: Columns) -> Columns:
    who = chosen(invitations, invitations["is_answered"] & (invitations["order"] != NO_ORDER))
    return _asked(draws, who["customer"], who["at"], NPS, who["order"])


def _after_tickets(setting: Setting, draws: np.random.Generator, tickets: Columns, experiences: Columns) -> Columns:
    scored = (draws.random(tickets["at"].size) < setting.preset.words.score_answered) & np.isfinite(tickets["resolved"])
    rows = np.flatnonzero(scored)
    asked = tickets["resolved"][rows] + 1 / 24
    question = np.where(rows % 2 == 0, CSAT, CES)
    told = tickets["experience"][rows]
    slot = (
        np.where(told >= 0, experiences["slot"][told], NOTHING)
        if experiences["slot"].size
        else np.full(rows.size, NOTHING)
    )
    return _asked(draws, tickets["customer"][rows], asked, question, rows) | {"slot": slot}


def _told(experiences: Columns, draws: np.random.Generator) -> Columns:
    rows = np.flatnonzero(experiences["via"] == ANSWER)
    answers = _asked(
        draws,
        experiences["customer"][rows],
        experiences["at"][rows] + ASKED_AFTER_EXPERIENCE,
        TOLD,
        np.full(rows.size, -1),
    )
    return answers | {"slot": experiences["slot"][rows], "experience": rows}


def _on_leaving(setting: Setting, draws: np.random.Generator, left: Array) -> Columns:
    told = np.isfinite(left) & (draws.random(left.size) < setting.preset.words.leaving_told)
    who = np.flatnonzero(told)
    return _asked(draws, who, left[who], LEAVING, np.full(who.size, -1))


def told_cancellations(setting: Setting, chunk: int, stretches: Columns, departure: Departure) -> Columns:
    """Stretches with what was said at their end: ``is_told``, ``rival`` (a place, or -1) and ``has_text``."""
    words, rivals = setting.preset.words, setting.preset.competitors
    draws, size = setting.chance.of("cancellations", chunk), stretches["at"].size
    customer = stretches["customer"]
    ends = stretches["is_last"] & ~np.isnan(stretches["ended"])
    told = ends & (draws.random(size) < words.leaving_told)
    rival = draws.choice(len(rivals), size, p=[each.share for each in rivals])
    names = [each.kind for each in setting.preset.experiences if "competitor" in each.aspects]
    to_rival = np.isin(departure.cause[customer], [setting.preset.causes.index(name) for name in names])
    planted = np.array([*(event.rival for event in setting.preset.events), False])[departure.event[customer]]
    has_text = told & (draws.random(size) < words.text_share)
    rival = np.where(to_rival, np.where(planted, 0, rival), -1)
    return stretches | {"is_told": told, "rival": rival, "has_text": has_text}


def _asked(draws: np.random.Generator, customer: Array, asked: Array, question: Array | int, row: Array) -> Columns:
    size = customer.size
    wait = draws.exponential(0.6, size) + 1 / 720
    return {
        "customer": customer,
        "asked": asked,
        "at": asked + wait,
        "question": np.broadcast_to(np.asarray(question), size).copy(),
        "row": row,
        "slot": np.full(size, NOTHING),
        "experience": np.full(size, NOTHING),
    }


def _scored(
    setting: Setting, draws: np.random.Generator, traits: Columns, answers: Columns, experiences: Columns
) -> Columns:
    """Scores by how content the customer is by nature and how fresh the last bad experience."""
    size, question = answers["at"].size, answers["question"]
    lived = in_order(experiences)
    last = last_before(lived["customer"], lived["at"], answers["customer"], answers["at"])
    has = last >= 0
    slot, harm = np.full(size, NOTHING), np.zeros(size)
    if lived["at"].size:
        age = answers["at"] - lived["at"][last]
        fades = slot_fades(setting.preset)[lived["slot"][last]]
        harm = np.where(has, HARM * lived["weight"][last] * np.exp(-age / fades), 0.0)
        slot = np.where(has & (harm > 1.5), lived["slot"][last], NOTHING)
    mood = 9.6 + 1.1 * traits["contentment"][answers["customer"]] + draws.standard_normal(size) - np.minimum(harm, 8)
    mood = np.where(question == TOLD, np.minimum(mood, 6.4) - 1.5, mood)
    nps = np.clip(np.round(mood), 0, 10)
    csat = np.clip(np.round(mood / 2.1 + 0.4), 1, 5)
    ces = np.clip(np.round(mood / 1.5), 1, 7)
    score = np.select([question == CSAT, question == CES, question == LEAVING], [csat, ces, np.nan], nps)
    speaks = (draws.random(size) < setting.preset.words.text_share) | (question == TOLD)
    about = np.where(question == TOLD, answers["slot"], slot)
    return answers | {"score": score, "has_text": speaks, "slot": about}
