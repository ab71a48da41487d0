"""Happenings in words of the reader's language: what it was, what it came to, what was said."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vernost.report.voice import Voice
from vernost_web.company.queries import voice_of
from vernost_web.customers.masking import HIDDEN
from vernost_web.customers.timeline import Happening
from vernost_web.ui.language import spoken

Row = Mapping[str, Any]
ICONS = {
    "orders": "shopping-cart", "subscriptions": "repeat", "events": "eye", "tickets": "headset", "answers": "list",
    "reviews": "star", "contacts": "mail", "points": "coin", "notes": "edit", "consents": "check",
}  # fmt: skip
_THEIR_WORDS = frozenset({"events", "reviews"})
"""Kinds whose details may tell who the customer is: what a site sent along, how they were addressed."""

_MOST_DETAILS, _LONGEST = 8, 200


@dataclass(frozen=True, slots=True)
class Told:
    """A happening in words.

    Attributes:
        at: when.
        kind: of which.
        key: of its row.
        icon: of its kind.
        title: what it was.
        value: what it came to, such as money; may be empty.
        details: what else is known: its name and value.
        text: what somebody wrote; may be empty.
        has_lines: whether it was bought, line by line.
    """

    at: datetime
    kind: str
    key: str
    icon: str
    title: str
    value: str = ""
    details: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    has_lines: bool = False


def told(happening: Happening, *, is_personal: bool) -> Told:
    """A happening in words; what customers wrote only for who may see personal data."""
    place, row = happening.place, happening.row
    words = _TELLERS[place.kind](voice_of(spoken()), row)
    if not is_personal:
        words["text"] = HIDDEN if words.get("text") else ""
        words["details"] = [] if place.kind in _THEIR_WORDS else words.get("details", [])
    words["details"] = [(name, str(value)) for name, value in words.get("details", []) if value not in {None, ""}]
    return Told(place.at, place.kind, place.key, ICONS[place.kind], **words)


def _order(voice: Voice, row: Row) -> dict[str, Any]:
    title = _("Refund") if row["kind"] == "refund" else pgettext("purchase", "Order")
    return {
        "title": f"{title} {row['order_id']}",
        "value": _money(voice, row["amount"]),
        "details": [
            (_("Status"), row["status"]), (_("Channel"), row["channel"]), (_("Shop"), row["store"]),
            (_("Discount"), _money(voice, row["discount"] or None)), (_("Coupon"), row["coupon"]),
            (_("Promised by"), _day(voice, row["promised_at"])), (_("Delivered"), _day(voice, row["delivered_at"])),
        ],
        "has_lines": True,
    }  # fmt: skip


def _subscription(voice: Voice, row: Row) -> dict[str, Any]:
    price = _("%(price)s a month") % {"price": _money(voice, row["monthly_price"])}
    if not row.get("is_end"):
        return {"title": _("Subscription began: %(plan)s") % {"plan": row["plan"]}, "value": price}
    return {
        "title": _("Subscription ended: %(plan)s") % {"plan": row["plan"]},
        "value": price,
        "details": [(_("Reason"), row["cancel_reason"]), (_("Left for"), row["went_to"])],
        "text": row["cancel_text"] or "",
    }


def _event(voice: Voice, row: Row) -> dict[str, Any]:
    return {"title": row["name"], "details": _properties(row["properties"])}


def _ticket(voice: Voice, row: Row) -> dict[str, Any]:
    topic = row["topic"]
    return {
        "title": _("Ticket: %(topic)s") % {"topic": topic} if topic else _("Ticket"),
        "details": [
            (_("Channel"), row["channel"]), (_("Who answered"), row["agent"]),
            (_("First reply"), _day(voice, row["first_reply_at"])), (_("Resolved"), _day(voice, row["resolved_at"])),
            (_("Score"), _number(voice, row["score"])),
        ],
        "text": row["text"] or "",
    }  # fmt: skip


def _answer(voice: Voice, row: Row) -> dict[str, Any]:
    return {
        "title": _("Answer: %(survey)s") % {"survey": row["survey"]},
        "value": _number(voice, row["score"]) or row["choice"] or "",
        "details": [(_("Question"), row["question"])],
        "text": row["text"] or "",
    }


def _review(voice: Voice, row: Row) -> dict[str, Any]:
    rating = _number(voice, row["rating"])
    return {
        "title": _("Review on %(platform)s") % {"platform": row["platform"]},
        "value": _("%(rating)s of 5") % {"rating": rating} if rating else "",
        "details": [(_("Product"), row["product_id"]), (_("Shop"), row["store"]), (_("Our reply"), row["reply"])],
        "text": row["text"] or "",
    }


def _contact(voice: Voice, row: Row) -> dict[str, Any]:
    steps = {
        "sent_at": _("Sent"), "delivered_at": _("Delivered"), "opened_at": _("Opened"), "clicked_at": _("Clicked"),
        "bounced_at": _("Bounced"), "unsubscribed_at": _("Unsubscribed"),
    }  # fmt: skip
    is_control = row["variant"] == "control"
    words = _("Left untouched by %(campaign)s") if is_control else _("Message of %(campaign)s")
    return {
        "title": words % {"campaign": row["campaign"]},
        "details": [
            (_("Channel"), row["channel"]),
            *((title, _day(voice, row[name])) for name, title in steps.items()),
        ],
    }


def _points(voice: Voice, row: Row) -> dict[str, Any]:
    kinds = {
        "earn": pgettext("points", "Points earned"), "burn": pgettext("points", "Points spent"),
        "expire": pgettext("points", "Points expired"), "adjust": pgettext("points", "Points adjusted"),
        "reverse": pgettext("points", "Points taken back"),
    }  # fmt: skip
    return {
        "title": kinds.get(row["kind"], row["kind"]),
        "value": voice.formats.signed(row["points"], 0),
        "details": [
            (pgettext("purchase", "Order"), row["order_id"]), (_("Reward"), row["reward"]),
            (_("Expire"), _day(voice, row["expires_at"])),
        ],
    }  # fmt: skip


def _note(voice: Voice, row: Row) -> dict[str, Any]:
    return {"title": _("Note"), "details": [(_("By whom"), row["by"])], "text": row["text"]}


def _consent(voice: Voice, row: Row) -> dict[str, Any]:
    words = _("Consent given: %(purpose)s") if row["is_given"] else _("Consent withdrawn: %(purpose)s")
    return {
        "title": words % {"purpose": row["purpose"]},
        "details": [(_("Channel"), row["channel"]), (_("Where from"), row["source"])],
        "text": row["text"],
    }


_TELLERS: Mapping[str, Callable[[Voice, Row], dict[str, Any]]] = {
    "orders": _order, "subscriptions": _subscription, "events": _event, "tickets": _ticket, "answers": _answer,
    "reviews": _review, "contacts": _contact, "points": _points, "notes": _note, "consents": _consent,
}  # fmt: skip


def _properties(text: str | None) -> list[tuple[str, str]]:
    """The first properties of an event, cut to what is read at a glance."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return []
    if not isinstance(found, dict):
        return []
    few = [(str(name)[:_LONGEST], _shown(value)) for name, value in list(found.items())[:_MOST_DETAILS]]
    left = len(found) - len(few)
    more = ngettext("%(n)s more", "%(n)s more", left) % {"n": left}
    return [*few, ("…", more)] if left > 0 else few


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _money(voice: Voice, value: Any) -> str:
    return "" if value is None else voice.formats.money(float(value))


def _number(voice: Voice, value: float | None) -> str:
    return "" if value is None else voice.formats.number(value, 0 if float(value).is_integer() else 1)


def _day(voice: Voice, value: datetime | None) -> str:
    return "" if value is None else voice.formats.day(value.date())
