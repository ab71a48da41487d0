"""What the company sends of its own: campaigns with a control group, drawn as if nobody ever left."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen
from vernost.sources.synthetic.preset import GROUPS
from vernost.sources.synthetic.setting import Setting

SEND_AFTER, SEND_WITHIN = 0.02, 0.2
"""Days from the choice of the group until the message is sent: at least, and over how long they are spread."""
HOUR_OF_SENDING = 9 / 24


def campaign_instants(setting: Setting) -> Array:
    """When campaigns begin."""
    every = setting.preset.campaigns.every_days
    if not every:
        return np.zeros(0)
    return np.floor(np.arange(every, setting.days - 1, every)) + HOUR_OF_SENDING


def draw_contacts(setting: Setting, chunk: int, traits: Columns) -> Columns:
    """Contacts by customer and time.

    ``customer, at`` (choice of the group), ``campaign``, ``channel``, ``is_control``, ``sent`` (NaN for the control),
    ``is_persuadable``, ``is_disturbed``, ``is_bounced``, ``is_last`` (the customer unsubscribed).
    """
    campaigns, count = setting.preset.campaigns, traits["arrived"].size
    draws, instants = setting.chance.of("contacts", chunk), campaign_instants(setting)
    wanted = draws.random((count, instants.size)) < campaigns.audience
    wanted &= traits["consents"][:, None] & (traits["arrived"][:, None] < instants)
    channel = draws.choice(len(campaigns.channels), count, p=list(campaigns.channels.values()))
    customer, campaign = np.nonzero(wanted)
    size = customer.size
    group = _groups(setting, traits, customer, campaign)
    is_control = draws.random(size) < campaigns.control
    at = instants[campaign]
    leaves = np.where(group == GROUPS.index("do_not_disturb"), 4.0, 0.8) * campaigns.unsubscribed
    contacts: Columns = {
        "customer": customer,
        "at": at,
        "campaign": campaign,
        "channel": channel[customer],
        "is_control": is_control,
        "sent": np.where(is_control, np.nan, at + SEND_AFTER + draws.random(size) * SEND_WITHIN),
        "is_bounced": ~is_control & (draws.random(size) < campaigns.bounced),
    }
    reached = ~is_control & ~contacts["is_bounced"]
    contacts["is_persuadable"] = reached & (group == GROUPS.index("persuadable"))
    contacts["is_disturbed"] = reached & (group == GROUPS.index("do_not_disturb"))
    contacts["is_last"] = reached & (draws.random(size) < leaves)
    return chosen(contacts, ~_after_last(contacts))


def _groups(setting: Setting, traits: Columns, customer: Array, campaign: Array) -> Array:
    """The response group of each customer to the kind of each campaign."""
    kinds = setting.preset.campaigns.kinds
    groups = np.stack([traits[f"group_{kind}"] for kind in kinds])
    return groups[campaign % len(kinds), customer]


def _after_last(contacts: Columns) -> Array:
    """Whether the customer had unsubscribed before."""
    customer = contacts["customer"]
    gone = np.cumsum(contacts["is_last"]) - contacts["is_last"]
    starts = np.searchsorted(customer, customer, side="left")
    return gone > gone[starts] if customer.size else np.zeros(0, bool)


def noticed(setting: Setting, chunk: int, contacts: Columns, left: Array) -> Columns:
    """Contacts with what became of them: ``delivered, opened, clicked, unsubscribed`` (NaN when it did not happen).

    The company knows nothing of those who left in silence and goes on sending; they hardly open anything.
    """
    campaigns, size = setting.preset.campaigns, contacts["at"].size
    draws = setting.chance.of("noticed contacts", chunk)
    gone = contacts["sent"] > left[contacts["customer"]]
    keen = np.where(gone, 0.1, np.where(contacts["is_persuadable"], 1.5, 0.9))
    draw, waits = draws.random((2, size)), draws.exponential(1.0, (3, size))
    delivered = np.where(contacts["is_bounced"], np.nan, contacts["sent"] + waits[0] / 1440)
    leaves = contacts["is_last"] & ~gone
    opens = (draw[0] < campaigns.opened * keen) | leaves
    opened = np.where(opens, delivered + waits[1] * 0.25, np.nan)
    clicked = np.where(draw[1] < campaigns.clicked * keen, opened + waits[2] / 720, np.nan)
    unsubscribed = np.where(leaves, opened + 1 / 720, np.nan)
    instants = {"delivered": delivered, "opened": opened, "clicked": clicked, "unsubscribed": unsubscribed}
    return contacts | {name: np.where(at < setting.days, at, np.nan) for name, at in instants.items()}
