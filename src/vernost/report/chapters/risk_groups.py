"""Where the revenue at risk is: by segments of the RFM map, and by what else is known of customers."""

from collections.abc import Iterator, Mapping, Sequence

from vernost.predict.worth import Group
from vernost.report.chapters.groups import BARS_WIDTH, GroupColumn, group_name, group_table, money_bars, solid
from vernost.report.document import Figure, Finding, Table
from vernost.report.prospects import RFM, Prospects
from vernost.report.voice import Voice

_LEAST_LEAN = 1.2
"""A group stands out when its share of the revenue at risk is so many times its share of customers."""

_COLUMNS: tuple[GroupColumn, ...] = (
    ("customers", "count", lambda group: group.customers),
    ("at_more_risk", "count", lambda group: group.at_risk),
    ("expected_revenue", "money", lambda group: group.revenue),
    ("revenue_at_risk", "money", lambda group: group.revenue_at_risk),
    ("share_at_risk", "share", lambda group: group.share_at_risk),
)


def risk_by_group(voice: Voice, prospects: Prospects) -> Iterator[tuple[Figure, Finding | None]]:
    """A figure for RFM segments and one for the attribute that tells most, with their findings; a table of the rest."""
    total = prospects.whole(prospects.present)
    cuts = {cut: groups for cut, groups in prospects.grouped(prospects.present).items() if len(solid(groups)) > 1}
    others = sorted((cut for cut in cuts if cut != RFM), key=lambda cut: -_excess(_foremost(cuts[cut], total), total))
    drawn = [*([RFM] if RFM in cuts else []), *others[:1]]
    for cut in drawn:
        yield _drawn(voice, cut, cuts[cut], total)
    if others[1:]:
        yield _rest(voice, {cut: cuts[cut] for cut in others[1:]}), None


def _excess(group: Group, total: Group, times: float = 1.0) -> float:
    """Revenue at risk of a group beyond so many times its share of customers.

    Its largest customer is left out: one who buys for hundreds says nothing of the group.
    """
    rest = group.revenue_at_risk - group.largest_at_risk
    return rest - times * total.revenue_at_risk * group.customers / total.customers


def _foremost(groups: Sequence[Group], total: Group) -> Group:
    """The group that holds most revenue at risk beyond its share of customers."""
    return max(solid(groups), key=lambda group: _excess(group, total))


def _drawn(voice: Voice, cut: str, groups: Sequence[Group], total: Group) -> tuple[Figure, Finding | None]:
    foremost = _foremost(groups, total)
    leans = _excess(foremost, total, _LEAST_LEAN) > 0
    text = _sentence(voice, cut, foremost, total) if leans else voice.say("risk.even", attribute=_attribute(voice, cut))
    name = voice.say("figure.risk_by", attribute=_attribute(voice, cut))
    figure = Figure(
        anchor=f"risk-by-{cut.replace('_', '-')}",
        title=name,
        text=text,
        spec=money_bars(
            voice,
            cut,
            solid(groups),
            lambda group: group.revenue_at_risk,
            x_title=voice.say("column.revenue_at_risk"),
            marked=foremost if leans else None,
        ),
        table=_table(voice, name, {cut: groups}),
        min_width=BARS_WIDTH,
    )
    return figure, Finding(text, figure.anchor, weight=62 if cut == RFM else 84) if leans else None


def _rest(voice: Voice, cuts: Mapping[str, Sequence[Group]]) -> Figure:
    name = voice.say("figure.risk_by_others")
    return Figure(anchor="risk-by-others", title=name, text="", table=_table(voice, name, cuts))


def _table(voice: Voice, name: str, cuts: Mapping[str, Sequence[Group]]) -> Table:
    return group_table(voice, name, cuts, _COLUMNS)


def _attribute(voice: Voice, cut: str) -> str:
    return voice.say(f"attribute.{cut}")


def _sentence(voice: Voice, cut: str, group: Group, total: Group) -> str:
    share = voice.formats.share
    return voice.say(
        "risk.leaning",
        attribute=_attribute(voice, cut),
        value=voice.quoted(group_name(voice, cut, group)),
        customers=share(group.customers / total.customers),
        share=share(group.revenue_at_risk / total.revenue_at_risk),
        money=voice.formats.money(group.revenue_at_risk),
    )
