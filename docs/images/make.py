"""Make the pictures of the guide about made-up companies, the same at every run.

Run ``python docs/images/make.py docs/images`` after a change of the mechanism, of a preset or here; look at them.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from vernost.glossary import Language
from vernost.report.theme import BLUE, MUTED, ORANGE, config
from vernost.sources import read
from vernost.sources.synthetic import GROUPS, Action, Setting, continue_, load_preset, make_world, simulate
from vernost.sources.synthetic.basket import catalogue
from vernost.sources.synthetic.fitting import fit
from vernost.sources.synthetic.labels import label
from vernost.sources.synthetic.likeness import portrait_of_company
from vernost.sources.synthetic.piece import Piece, make_piece

RETAIL = Path(__file__).parents[2] / "demo-data" / "online_retail" / "online_retail.parquet"
FONT = "DejaVu Sans, Arial, sans-serif"
WIDTH, HEIGHT = 620, 200
CUSTOMERS = 20_000

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "day": "days since arrival",
        "hazard": "hazard, % a day",
        "summed": "summed up",
        "threshold": "threshold of this customer",
        "left": "leaves",
        "month": "month",
        "share": "share of orders, %",
        "log": "Online Retail",
        "made": "made up",
        "money": "what a coupon changes in half a year, roubles for a customer",
        "persuadable": "persuadable",
        "sure_thing": "sure thing",
        "lost_cause": "lost cause",
        "do_not_disturb": "do not disturb",
    },
    "ru": {
        "day": "дни с прихода",
        "hazard": "риск, % в день",
        "summed": "накоплено",
        "threshold": "порог этого клиента",
        "left": "уходит",
        "month": "месяц",
        "share": "доля заказов, %",
        "log": "Online Retail",
        "made": "придумано",
        "money": "что меняет купон за полгода, рублей на клиента",
        "persuadable": "убеждаемый",
        "sure_thing": "лояльный и так",
        "lost_cause": "потерянный",
        "do_not_disturb": "не беспокоить",
    },
}


@dataclass(frozen=True)
class Life:
    """One customer's time with the company, in days since arrival."""

    told: list[tuple[float, str]]
    days: np.ndarray[Any, Any]
    hazard: np.ndarray[Any, Any]
    summed: np.ndarray[Any, Any]
    left: float


def make(folder: Path) -> None:
    """Write all pictures into a folder."""
    life, effects, months = a_life(), effects_of_a_coupon(), months_alike()
    for language, words in WORDS.items():
        pictures = {
            "hazard": hazard_picture(life, words, language),
            "actions": action_picture(effects, words),
            "likeness": month_picture(months, words),
        }
        for name, chart in pictures.items():
            look = config(language, FONT)
            chart.configure(**look).save(str(folder / f"{name}-{language}.svg"))


def a_life() -> Life:
    """A customer of the shop who lives through a few different things and leaves."""
    setting = Setting(load_preset("shop"), customers=CUSTOMERS, seed=1)
    piece = make_piece(setting, 0, catalogue(setting))
    found = piece.facts["experiences"]
    lived = np.bincount(found["customer"], minlength=CUSTOMERS)
    stay = piece.departure.left - piece.traits["arrived"]
    kinds = np.array([np.unique(found["slot"][found["customer"] == who]).size for who in range(2000)])
    fits = (kinds == 4) & (lived[:2000] == 4) & (stay[:2000] > 200) & (stay[:2000] < 400)
    return _life_of(setting, piece, int(np.flatnonzero(fits)[0]))


def _life_of(setting: Setting, piece: Piece, who: int) -> Life:
    found, arrived = piece.facts["experiences"], piece.traits["arrived"][who]
    rows = np.flatnonzero(found["customer"] == who)
    rows = rows[np.argsort(found["at"][rows])]
    at, slot, weight = found["at"][rows] - arrived, found["slot"][rows], found["weight"][rows]
    fades, left = piece.departure.hazard.fades[slot], piece.departure.left[who] - arrived
    days = np.unique(np.concatenate([np.linspace(0, left, 500), at, at - 1e-6]))
    days = days[(days >= 0) & (days <= left)]
    since = days[:, None] - at
    felt = since >= 0
    parts = np.where(felt, weight / fades * np.exp(-np.where(felt, since, 0) / fades), 0)
    used = np.where(felt, weight * -np.expm1(-np.where(felt, since, 0) / fades), 0)
    base = piece.departure.hazard.base[who]
    kinds = [each.kind for each in setting.preset.experiences]
    kinds += [event.experience for event in setting.preset.events]
    told = [(float(day), kinds[place]) for day, place in zip(at, slot, strict=True)]
    return Life(told, days, base + parts.sum(axis=1), base * days + used.sum(axis=1), float(left))


def effects_of_a_coupon() -> dict[str, float]:
    """Mean effect on money by response, of customers who are here."""
    world = make_world(Setting(load_preset("shop"), customers=CUSTOMERS, seed=1, language="ru"))
    truth = continue_(world, [Action("coupon", np.ones(CUSTOMERS, bool))], months=6).customers
    group = world.customers["group_coupon"]
    return {name: float(truth["gain"][world.is_here & (group == place)].mean()) for place, name in enumerate(GROUPS)}


def months_alike() -> list[tuple[str, str, float]]:
    """Share of orders by month: in the log, and in the company made like it."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, read([str(RETAIL)]) as reading:
        likeness = fit(reading, load_preset("shop"))
        made = simulate(likeness.setting, Path(folder) / "made")
        portraits = {"log": likeness.portrait, "made": portrait_of_company(made.folder, likeness.setting)}
    return [(which, month, share) for which, each in portraits.items() for month, share in each.months.items()]


def hazard_picture(life: Life, words: dict[str, str], language: Language) -> alt.VConcatChart:
    """The hazard of one customer above, summed up to the threshold below."""
    x = alt.X("day:Q", title=words["day"], scale=alt.Scale(domain=[0, round(life.left) + 90], nice=False))
    lines = [
        {"day": day, "hazard": hazard * 100, "summed": summed}
        for day, hazard, summed in zip(life.days, life.hazard, life.summed, strict=True)
    ]
    marks = [{"day": day, "what": label("causes", kind, language)} for day, kind in life.told]
    marks.append({"day": life.left, "what": words["left"]})
    for place, mark in enumerate(marks):
        mark["height"] = float(max(each["hazard"] for each in lines)) * (1.05 + 0.13 * (place % 3))
    base = alt.Chart(alt.Data(values=lines)).properties(width=WIDTH)
    rules = alt.Chart(alt.Data(values=marks))
    above = alt.layer(
        base.mark_area(color=BLUE, opacity=0.25, line={"color": BLUE}).encode(
            x=x, y=alt.Y("hazard:Q", title=words["hazard"])
        ),
        rules.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=x, y="height:Q"),
        rules.mark_text(align="left", dx=4, dy=-4, fontSize=11, color=MUTED).encode(x=x, y="height:Q", text="what:N"),
    ).properties(height=HEIGHT)
    limit = alt.Chart(alt.Data(values=[{"summed": float(life.summed[-1]), "what": words["threshold"]}]))
    below = alt.layer(
        base.mark_line(color=ORANGE).encode(x=x, y=alt.Y("summed:Q", title=words["summed"])),
        limit.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(y="summed:Q"),
        limit.mark_text(align="left", dy=12, color=MUTED, fontSize=11).encode(
            x=alt.value(4), y="summed:Q", text="what:N"
        ),
    ).properties(height=HEIGHT * 0.6)
    return alt.vconcat(above, below)


def action_picture(effects: dict[str, float], words: dict[str, str]) -> alt.LayerChart:
    """What a coupon gains with customers of each response."""
    rows = [{"who": words[name], "gain": value, "sign": value > 0} for name, value in effects.items()]
    chart = alt.Chart(alt.Data(values=rows)).properties(width=WIDTH, height=160)
    order = [words[name] for name in effects]
    y = alt.Y("who:N", sort=order, title=None)
    room = alt.Scale(domain=[1.3 * min(effects.values()), 1.15 * max(effects.values())], nice=False)
    x = alt.X("gain:Q", title=words["money"], scale=room)
    colour = alt.Color("sign:N", scale=alt.Scale(domain=[True, False], range=[BLUE, ORANGE]), legend=None)
    sides = [("datum.gain >= 0", "left", 5), ("datum.gain < 0", "right", -5)]
    texts = [
        chart.transform_filter(test)
        .mark_text(align=align, dx=dx, fontSize=12)
        .encode(x=x, y=y, text=alt.Text("gain:Q", format="+,.0f"))
        for test, align, dx in sides
    ]
    return alt.layer(chart.mark_bar(size=22).encode(x=x, y=y, color=colour), *texts)


def month_picture(months: list[tuple[str, str, float]], words: dict[str, str]) -> alt.Chart:
    """Orders by month in a log and in the company made like it."""
    rows = [{"which": words[which], "month": month, "share": share * 100} for which, month, share in months]
    order = [words["log"], words["made"]]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=words["month"], axis=alt.Axis(labelAngle=0, labelFontSize=10)),
            xOffset=alt.XOffset("which:N", sort=order),
            y=alt.Y("share:Q", title=words["share"]),
            color=alt.Color(
                "which:N",
                sort=order,
                scale=alt.Scale(domain=order, range=[BLUE, ORANGE]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
        .properties(width=WIDTH + 120, height=HEIGHT)
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
