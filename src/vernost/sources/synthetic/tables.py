"""The tables of the log of one chunk, apart from what is said in words."""

from typing import TYPE_CHECKING

import numpy as np

from vernost.schema import TABLES
from vernost.sources.synthetic.arrow import (
    FINE_SCALE,
    coded,
    constant,
    flags,
    instants,
    missing,
    money,
    numbered_ids,
)
from vernost.sources.synthetic.basket import Catalogue
from vernost.sources.synthetic.columns import Array, Columns, in_order, joined, numbered
from vernost.sources.synthetic.contacts import campaign_instants
from vernost.sources.synthetic.departure import STAYS
from vernost.sources.synthetic.labels import label
from vernost.sources.synthetic.ledger import KINDS
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.visits import names_of, properties

if TYPE_CHECKING:
    import pyarrow as pa

SALE_STATUS, CANCELLED_STATUS = "completed", "cancelled"


def orders_table(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """Sales and refunds."""
    orders, refunds = piece.facts["orders"], piece.facts["refunds"]
    names = numbered_ids(ids, orders["customer"], orders["place"], "o")
    return sales_table(setting, orders, refunds, ids, names, campaign_names(setting))


def sales_table(
    setting: Setting, orders: Columns, refunds: Columns, ids: "pa.Array", names: "pa.Array", coupons: list[str]
) -> "pa.Table":
    """Orders of these names, and their refunds; ``campaign`` of an order bought with a coupon is its place in these."""
    import pyarrow as pa

    preset, of = setting.preset, refunds["order"]
    sales, back = orders["at"].size, of.size
    is_sale = np.arange(sales + back) < sales
    rows = np.concatenate([np.arange(sales), of])
    customer = orders["customer"][rows]
    delivered = np.where(np.isnan(orders["promised"]), np.nan, orders["received"])
    delivered = np.where(delivered < setting.days, delivered, np.nan)[rows]
    stores = [store.of(setting.language) for store in preset.purchases.stores]
    cents = np.concatenate([orders["cents"], -refunds["cents"]])
    return pa.table(
        {
            "order_id": _with_mark(names.take(pa.array(rows)), is_sale, "-refund"),
            "customer_id": ids.take(pa.array(customer)),
            "ordered_at": instants(setting.start, np.concatenate([orders["at"], refunds["at"]])),
            "amount": money(cents),
            "kind": coded((~is_sale).astype(int), ["sale", "refund"]),
            "status": coded(orders["is_cancelled"][rows].astype(int), [SALE_STATUS, CANCELLED_STATUS]),
            "discount": money(np.where(is_sale, orders["discount"][rows], 0)),
            "channel": coded(orders["channel"][rows], list(preset.purchases.channels)),
            "store": coded(orders["store"][rows] if stores else np.full(rows.size, -1), stores),
            "promised_at": instants(setting.start, np.where(is_sale, orders["promised"][rows], np.nan)),
            "delivered_at": instants(setting.start, np.where(is_sale, delivered, np.nan)),
            "coupon": coded(np.where(is_sale & orders["is_coupon"][rows], orders["campaign"][rows], -1), coupons),
        }
    )


def _with_mark(names: "pa.Array", is_plain: Array, mark: str) -> "pa.Array":
    import pyarrow.compute as pc

    tails = coded((~is_plain).astype(int), ["", mark]).cast("string")
    return pc.binary_join_element_wise(names, tails, "")


def campaign_names(setting: Setting) -> list[str]:
    """Names of all campaigns: their kind and first day."""
    from datetime import timedelta

    kinds = setting.preset.campaigns.kinds
    days = [setting.start + timedelta(days=float(at)) for at in campaign_instants(setting)]
    return [f"{kinds[place % len(kinds)]}-{day:%Y-%m-%d}" for place, day in enumerate(days)]


def lines_table(setting: Setting, piece: Piece, ids: "pa.Array", products: Catalogue, names: list[str]) -> "pa.Table":
    """Lines of orders."""
    import pyarrow as pa

    orders, lines = piece.facts["orders"], piece.facts["order_lines"]
    order, product = lines["order"], lines["product"]
    if setting.preset.is_contract:
        category = constant("plan", order.size)
    else:
        groups = [each.name.of(setting.language) for each in products.categories]
        category = coded(product // products.per_category, groups)
    return pa.table(
        {
            "order_id": numbered_ids(ids, orders["customer"], orders["place"], "o").take(pa.array(order)),
            "line": pa.array(numbered(order) + 1),
            "product_id": coded(product, product_codes(setting, products)),
            "product": coded(product, names),
            "category": category,
            "quantity": pa.array(lines["quantity"].astype(float)),
            "unit_price": money(lines["cents"]),
        }
    )


def product_codes(setting: Setting, products: Catalogue) -> list[str]:
    """Ids of what is sold."""
    if setting.preset.is_contract:
        return [f"plan-{place + 1}" for place in range(len(setting.preset.contract.plans))]
    return [f"p{place + 1:04d}" for place in range(products.cents.size)]


def events_table(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """What was seen of customers."""
    import pyarrow as pa

    events = piece.facts["events"]
    customer = events["customer"]
    day = np.floor(events["at"]).astype(np.int64)
    return pa.table(
        {
            "event_id": numbered_ids(ids, customer, numbered(customer), "e"),
            "customer_id": ids.take(pa.array(customer)),
            "occurred_at": instants(setting.start, events["at"]),
            "name": coded(events["name"], names_of(setting.preset)),
            "properties": coded(events["platform"], properties()),
            "session_id": numbered_ids(ids, customer, day, "s"),
        }
    )


def contacts_table(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """What the company sent, and to whom it sent nothing to compare; invitations bear the name of their survey."""
    import pyarrow as pa

    contacts = all_contacts(setting, piece)
    names = [*campaign_names(setting), label("surveys", "order", setting.language)]
    customer, is_control = contacts["customer"], contacts["is_control"]
    at = {name: instants(setting.start, contacts[name]) for name in ("at", "sent", "delivered", "opened", "clicked")}
    bounced = np.where(contacts["is_bounced"], contacts["sent"] + 1 / 1440, np.nan)
    return pa.table(
        {
            "contact_id": numbered_ids(ids, customer, contacts["number"], "m"),
            "customer_id": ids.take(pa.array(customer)),
            "campaign": coded(contacts["campaign"], names),
            "channel": coded(contacts["channel"], list(setting.preset.campaigns.channels)),
            "variant": coded(is_control.astype(int), ["treatment", "control"]),
            "assigned_at": at["at"],
            "sent_at": at["sent"],
            "delivered_at": at["delivered"],
            "opened_at": at["opened"],
            "clicked_at": at["clicked"],
            "bounced_at": instants(setting.start, bounced),
            "unsubscribed_at": instants(setting.start, contacts["unsubscribed"]),
            "cost": money(contact_costs(setting, contacts), mask=is_control, scale=FINE_SCALE),
        }
    )


def all_contacts(setting: Setting, piece: Piece) -> Columns:
    """Messages of campaigns and, as of one campaign more, invitations to the survey after orders."""
    sent, asked = piece.facts["contacts"], piece.facts["invitations"]
    size, campaigns = asked["at"].size, campaign_instants(setting).size
    invitations = asked | {
        "number": campaigns + numbered(asked["customer"]),
        "campaign": np.full(size, campaigns),
        "channel": np.zeros(size, np.int64),
        "sent": asked["at"],
        "unsubscribed": np.full(size, np.nan),
        "is_control": np.zeros(size, bool),
        "is_bounced": np.zeros(size, bool),
    }
    messages = sent | {"number": sent["campaign"]}
    shared = messages.keys() & invitations.keys()
    return in_order(joined([{name: each[name] for name in sorted(shared)} for each in (messages, invitations)]))


def contact_costs(setting: Setting, contacts: Columns) -> Array:
    """What each message cost, in the last digit of `FINE_SCALE`, as it is less than a cent; nothing for the control."""
    campaigns = setting.preset.campaigns
    roubles = np.array([campaigns.costs[name] for name in campaigns.channels])
    costs = np.round(roubles * setting.money * 10**FINE_SCALE).astype(np.int64)
    return np.where(contacts["is_control"], 0, costs[contacts["channel"]])


def points_table(setting: Setting, piece: Piece, ids: "pa.Array") -> "pa.Table":
    """The ledger of points."""
    import pyarrow as pa

    points, orders = piece.facts["points"], piece.facts["orders"]
    customer, order = points["customer"], points["order"]
    rewards = [reward.of(setting.language) for reward in setting.preset.points.rewards]
    return pa.table(
        {
            "entry_id": numbered_ids(ids, customer, numbered(customer), "b"),
            "customer_id": ids.take(pa.array(customer)),
            "booked_at": instants(setting.start, points["at"]),
            "points": pa.array(points["points"].astype(float)),
            "kind": coded(points["kind"], KINDS),
            "order_id": numbered_ids(ids, customer, orders["place"][order], "o"),
            "expires_at": instants(setting.start, points["expires"]),
            "reward": coded(points["reward"], rewards),
        }
    )


def tickets_table(
    setting: Setting, tickets: Columns, ids: "pa.Array", names: "pa.Array", said: "dict[str, pa.Array]"
) -> "pa.Table":
    """Tickets of these names, with what is said in and of them; replies after the span are none yet."""
    import pyarrow as pa

    agents = [agent.of(setting.language) for agent in setting.preset.words.agents]
    replied, resolved = (
        np.where(tickets[name] < setting.days, tickets[name], np.nan) for name in ("replied", "resolved")
    )
    columns = {
        "ticket_id": names,
        "customer_id": ids.take(pa.array(tickets["customer"])),
        "opened_at": instants(setting.start, tickets["at"]),
        "first_reply_at": instants(setting.start, replied),
        "resolved_at": instants(setting.start, resolved),
        "agent": coded(np.where(np.isnan(replied), -1, tickets["agent"]), agents),
    } | said
    return pa.table({name: columns[name] for name in TABLES["tickets"].names})


def subscriptions_table(setting: Setting, piece: Piece, ids: "pa.Array", texts: "pa.Array") -> "pa.Table":
    """Contracts; the texts are those of the cancellations, row by row."""
    stretches, departure = piece.facts["stretches"], piece.departure
    customer = stretches["customer"]
    told = stretches["is_told"]
    cause = np.where(told, departure.cause[customer], STAYS)
    reasons = [label("causes", code, setting.language) for code in setting.preset.causes]
    rivals = [rival.name.of(setting.language) for rival in setting.preset.competitors]
    said = {
        "cancel_reason": coded(cause, reasons),
        "cancel_text": texts,
        "went_to": coded(np.where(told, stretches["rival"], -1), rivals),
    }
    return stretches_table(setting, stretches, ids, said)


def stretches_table(setting: Setting, stretches: Columns, ids: "pa.Array", said: "dict[str, pa.Array]") -> "pa.Table":
    """Contracts, with what was said at their end."""
    import pyarrow as pa

    customer = stretches["customer"]
    plans = [plan.name.of(setting.language) for plan in setting.preset.contract.plans]
    return pa.table(
        {
            "subscription_id": numbered_ids(ids, customer, stretches["place"], "s"),
            "customer_id": ids.take(pa.array(customer)),
            "plan": coded(stretches["plan"], plans),
            "started_at": instants(setting.start, stretches["at"]),
            "ended_at": instants(setting.start, stretches["ended"]),
            "monthly_price": money(stretches["cents"]),
        }
        | said
    )


def customers_table(setting: Setting, piece: Piece, ids: "pa.Array", people: "dict[str, pa.Array]") -> "pa.Table":
    """Who the customers are."""
    import pyarrow as pa

    traits = piece.traits
    count = traits["arrived"].size
    channels = [channel.name for channel in setting.preset.acquisition.channels]
    columns = {"customer_id": ids, "created_at": instants(setting.start, traits["arrived"])}
    columns |= {name: people[name] for name in ("name", "email", "phone", "birthday_on", "country", "city")}
    columns |= {
        "language": constant(setting.language, count),
        "acquisition_channel": coded(traits["channel"], channels),
        "acquisition_cost": money(np.round(traits["cost"] * 100).astype(np.int64)),
        "segment": coded(_segments(setting, piece), [label("segments", name, setting.language) for name in SEGMENTS]),
        "account_manager": _managers(setting, piece) if setting.preset.contract.seats > 1 else missing(count),
        "is_business": flags(traits["is_business"]),
    }
    return pa.table(columns)


SEGMENTS = ("consumer", "small_business", "large_business")
LARGE_SEATS = 20


def _segments(setting: Setting, piece: Piece) -> Array:
    """The company's own grouping."""
    is_business = piece.traits["is_business"]
    if "terms" not in piece.facts or setting.preset.contract.seats <= 1:
        return is_business.astype(int)
    return np.where(piece.facts["terms"]["seats"] >= LARGE_SEATS, 2, 1)


def _managers(setting: Setting, piece: Piece) -> "pa.Array":
    agents = [agent.of(setting.language) for agent in setting.preset.words.agents]
    large = _segments(setting, piece) == len(SEGMENTS) - 1
    return coded(np.where(large, piece.traits["number"] % max(len(agents), 1), -1), agents)
