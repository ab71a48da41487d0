"""From what was measured to whole sentences, in either language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vernost.report.comparison import Change
from vernost.report.voice import Voice

Row = Mapping[str, Any]


def interval(voice: Voice, row: Row, unit: str) -> str:
    r"""The interval in brackets after a value, with the space before it; empty when there is none.

    >>> interval(Voice("en"), {"low": 0.1, "high": 0.2}, "share")
    ' (10.0\u2060–\u206020.0%)'
    """
    low, high = row.get("low"), row.get("high")
    words = voice.formats.interval(low, high, unit) if low != high else ""
    return f" ({words})" if words else ""


def size_of(voice: Voice, change: Change) -> str:
    """How large a change is, without its sign: points of a share or score, else per cent, else the bare difference."""
    if change.unit == "share":
        return voice.formats.points(abs(change.difference)).lstrip("+")
    if change.unit == "points":
        return voice.say("change.points", number=voice.formats.number(abs(change.difference), 1))
    if change.relative is not None:
        return voice.formats.share(abs(change.relative))
    return voice.formats.value(abs(change.difference), change.unit)


def direction(change: Change) -> str:
    """Whether a change, as it is shown, goes up, down or nowhere."""
    digits = 3 if change.unit == "share" else 1
    shown = change.difference if change.unit in ("share", "points") or change.relative is None else change.relative
    if round(shown, 3 if change.unit != "points" else digits) == 0:
        return "same"
    return "up" if change.difference > 0 else "down"


def compared(voice: Voice, change: Change, when: str) -> str:
    """A change in words: '3.1 pp higher than in October 2011'."""
    return voice.say(f"change.{direction(change)}", size=size_of(voice, change), when=when)


def verdict(voice: Voice, change: Change) -> str:
    """How sure a change is, in words."""
    return voice.say(f"verdict.{change.sure or 'unknown'}")


def against(voice: Voice, change: Change, period: date, by: str) -> str:
    """A change as it fits on a card: '+3.1 pp vs October 2011'."""
    sign = {"up": "+", "down": "\u2212", "same": ""}[direction(change)]
    return voice.say(
        "change.versus", size=sign + size_of(voice, change), period=voice.formats.period(period, by, "genitive")
    )


def kept(voice: Voice, row: Row, base: str, *, before: str, now: str) -> str:
    """How many of the customers of the period before stayed."""
    return voice.count(
        f"kept.{base}",
        row["denominator"],
        before=before,
        now=now,
        value=voice.formats.share(row["value"]),
        interval=interval(voice, row, "share"),
    )


def changed(voice: Voice, change: Change, when: str, key: str = "change.sentence") -> str:
    """A sentence on a change and how sure it is."""
    if direction(change) == "same" or change.sure is None:
        return voice.say(f"{key}_bare", change=compared(voice, change, when))
    return voice.say(key, change=compared(voice, change, when), verdict=verdict(voice, change))


def lost(voice: Voice, dormant: int, base: str, *, before: str, now: str, each: float | None) -> str:
    """How many were lost, and about what that costs."""
    sentence = voice.count(f"lost.{base}", dormant, before=before, now=now)
    if not each or each <= 0 or not dormant:
        return sentence
    money = voice.formats.money
    return f"{sentence} {voice.say('lost.cost', each=money(each), before=before, total=money(each * dormant))}"


def lifecycle(voice: Voice, row: Row, now: str) -> str:
    """The states of a period, and whether the base grows."""
    numbers = {state: voice.formats.number(row[state]) for state in ("new", "returning", "resurrecting", "dormant")}
    active = voice.count("kept.customers", row["new"] + row["returning"] + row["resurrecting"])
    sentence = voice.say("life.sentence", now=now, active=active, **numbers)
    ratio = row["quick_ratio"]
    if ratio is None:
        return sentence
    key = "life.growing" if ratio >= 1 else "life.shrinking"
    return f"{sentence} {voice.say(key, ratio=voice.formats.number(ratio, 2))}"


def cohorts(voice: Voice, means: Mapping[int, float]) -> str:
    """How many of a cohort are still active one period on, and later."""
    later = max((age for age in means if age > 1), default=None)
    first = voice.formats.share(means[1])
    if later is None:
        return voice.say("cohorts.only_first", first=first)
    return voice.say(
        "cohorts.sentence", first=first, age=voice.formats.number(later), later=voice.formats.share(means[later])
    )


def cohort_means(voice: Voice, means: Mapping[int, float], unit: str) -> str:
    """The mean over cohorts one period on, and later, of whatever was asked of them."""
    later = max(means)
    value = voice.formats.value
    if later <= 1:
        return voice.say("cohorts.only_mean", first=value(means[1], unit))
    return voice.say(
        "cohorts.mean", first=value(means[1], unit), age=voice.formats.number(later), later=value(means[later], unit)
    )


def newer_cohorts(voice: Voice, change: Change, *, new: str, old: str) -> str:
    """Whether the newer cohorts stay better or worse than those before."""
    key = {"up": "cohorts.better", "down": "cohorts.worse", "same": "cohorts.same"}[direction(change)]
    return voice.say(
        key,
        new=new,
        old=old,
        now=voice.formats.share(change.now["value"]),
        before=voice.formats.share(change.before["value"]),
        verdict=voice.say(f"difference.{change.sure}"),
    )


def lapse(voice: Voice, row: Row, returning_share: float) -> str:
    """After how long a silence a customer is gone."""
    share = voice.formats.share(returning_share, 0)
    sentence = voice.count("lapse.sentence", row["value"], share=share)
    return f"{sentence} {voice.say('lapse.unstable')}" if row["unstable"] else sentence


def returns(voice: Voice, rows: Sequence[Row]) -> str:
    """How soon silences end."""
    last = rows[-1]
    half = next((row["days"] for row in rows if row["value"] >= 0.5), None)
    gaps = {"days": voice.formats.number(last["days"]), "share": voice.formats.share(last["value"])}
    if half is None:
        return voice.say("lapse.curve_never", **gaps)
    return voice.say("lapse.curve", half=voice.formats.number(half), **gaps)


def second_order(voice: Voice, row: Row, days: int, median: float | None) -> str:
    """How many order a second time, and how soon."""
    sentence = voice.say(
        "second.sentence",
        value=voice.formats.share(row["value"]),
        days=voice.formats.number(days),
        interval=interval(voice, row, "share"),
    )
    return sentence if median is None else f"{sentence} {voice.count('second.median', round(median))}"


def repeat(voice: Voice, row: Row) -> str:
    """How many buy more than once."""
    return voice.say(
        "second.repeat",
        value=voice.formats.share(row["value"]),
        interval=interval(voice, row, "share"),
        once=voice.count("second.once", row["denominator"] - row["numerator"]),
    )


def survival(voice: Voice, summary: Mapping[str, Any], last: Row) -> str:
    """How long customers stay."""
    days = voice.formats.number(last["time"])
    if summary.get("median") is None:
        share = voice.formats.share(last["value"])
        sentence = voice.say("survival.no_median", days=days, share=share)
    else:
        bounds = {"low": summary.get("median_low"), "high": summary.get("median_high")}
        sentence = voice.count("survival.median", summary["median"], interval=interval(voice, bounds, "days"))
    if summary.get("restricted_mean") is None:
        return sentence
    mean = voice.formats.number(summary["restricted_mean"])
    return f"{sentence} {voice.say('survival.mean', days=days, mean=mean)}"


def concentration(voice: Voice, *, top: float, value: float, eighty: float) -> str:
    """How much the largest customers bring, against the saying."""
    share = voice.formats.share
    sentence = voice.say("concentration.sentence", top=share(top, 0), value=share(value), eighty=share(eighty))
    near = round(value, 2) - 0.8
    key = "like" if abs(near) < 0.005 else "above" if near > 0 else "below"
    return f"{sentence} {voice.say(f'concentration.{key}')}"


def silent(voice: Voice, row: Row, *, now: str, days: int) -> str:
    """How many left without a word."""
    return voice.count(
        "silent.sentence",
        row["denominator"],
        now=now,
        value=voice.formats.share(row["value"]),
        days=voice.formats.number(days),
        interval=interval(voice, row, "share"),
    )


def most_changed(
    voice: Voice, name: str, change: Change, *, now: str, before: str, tests: int, year: tuple[Change, str] | None
) -> str:
    """Which number changed most, and by how much."""
    sentence = voice.say(
        "most.sentence",
        name=name,
        when=now,
        value=voice.formats.value(change.now["value"], change.unit),
        change=compared(voice, change, before),
        verdict=verdict(voice, change),
        tests=voice.count("segment.tests", tests),
    )
    if year is None:
        return sentence
    ago = voice.say("most.year", change=compared(voice, year[0], year[1]), verdict=verdict(voice, year[0]))
    return f"{sentence} {ago}"


def measured(voice: Voice, name: str, row: Row, unit: str, when: str) -> str:
    """The plain value of a measure in a period, or over all the time when no period is named."""
    gaps = {"name": name, "value": voice.formats.value(row["value"], unit), "interval": interval(voice, row, unit)}
    return voice.say("course.sentence", when=when, **gaps) if when else voice.say("course.total", **gaps)
