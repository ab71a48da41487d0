"""How far the forecast can be trusted: what it foretold of days that are over beside what came."""

from datetime import date
from math import isfinite

from vernost.messages import told
from vernost.predict.card import Forecasted, ModelCard
from vernost.predict.card_words import MODELS, sentences
from vernost.report import maps
from vernost.report.chapters.groups import BARS_WIDTH
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import Inquiry
from vernost.report.prospects import prospects_of
from vernost.report.reliability import reliability
from vernost.report.voice import Voice
from vernost.statistics import wilson


def trust(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    prospects, title = prospects_of(inquiry), voice.say("chapter.trust")
    if prospects is None:
        return Chapter("trust", title)
    came, *others = evidence(voice, prospects.card)
    return Chapter(
        "trust",
        title,
        (came, *others),
        (Finding(came.text, came.anchor, weight=46),),
        lead=" ".join(sentences(prospects.card, voice.language)),
    )


def evidence(voice: Voice, card: ModelCard) -> tuple[Figure, ...]:
    """What a model card shows: the back-test first, whether chances come true, whether leavers are found, who raced."""
    figures = (_came(voice, card), _reliability(voice, card), _lift(voice, card), _tried(voice, card))
    return tuple(figure for figure in figures if figure.table.rows)


# -- forecast against what came ---------------------------------------------------------------------------------------


def _came(voice: Voice, card: ModelCard) -> Figure:
    share = voice.formats.share
    last = card.trials[-1]
    names = (voice.say("trust.came"), voice.say("trust.told"))
    columns = (
        Column(voice.say("column.day"), "day"),
        Column(voice.say("column.customers"), "count"),
        Column(voice.say("column.expected_to_leave"), "count"),
        Column(voice.say("column.left"), "count"),
        Column(names[1], "share"),
        Column(names[0], "share"),
        Column(voice.say("column.log_loss"), "loss"),
    )
    return Figure(
        anchor="back-test",
        title=voice.say("figure.back_test"),
        text=voice.say(
            "trust.sentence",
            day=voice.formats.day(date.fromisoformat(last.as_of)),
            told=share(last.expected / last.customers),
            came=share(last.left / last.customers),
            customers=voice.count("kept.customers", round(last.customers)),
        ),
        spec=maps.pairs(
            voice,
            [_pair(voice, trial) for trial in card.trials],
            names=names,
            x_title=voice.say("axis.left_share"),
            note_title=voice.say("axis.customers"),
        ),
        table=Table(voice.say("figure.back_test"), columns, tuple(_row(trial) for trial in card.trials)),
        notes=(voice.say("trust.unseen"),),
        min_width=BARS_WIDTH,
    )


def _pair(voice: Voice, trial: Forecasted) -> maps.Pair:
    told, came = trial.expected / trial.customers, trial.left / trial.customers
    low, high = wilson(trial.left, trial.customers)
    bounds = voice.formats.interval(low, high, "share")
    return maps.Pair(
        name=voice.formats.day(date.fromisoformat(trial.as_of)),
        ours=told,
        theirs=came,
        low=float(low),
        high=float(high),
        ours_text=voice.formats.share(told),
        theirs_text=f"{voice.formats.share(came)} ({bounds})",
        note=voice.formats.number(trial.customers),
    )


def _row(trial: Forecasted) -> tuple[object, ...]:
    shares = (trial.expected / trial.customers, trial.left / trial.customers)
    return (date.fromisoformat(trial.as_of), trial.customers, trial.expected, trial.left, *shares, trial.loss)


# -- do chances come true, are leavers found --------------------------------------------------------------------------


def _reliability(voice: Voice, card: ModelCard) -> Figure:
    bins = card.evaluation.reliability
    columns = (
        Column(voice.say("axis.told"), "share"),
        Column(voice.say("axis.came"), "share"),
        Column(voice.say("column.low"), "share"),
        Column(voice.say("column.high"), "share"),
        Column(voice.say("column.customers"), "count"),
    )
    return Figure(
        anchor="reliability",
        title=voice.say("figure.reliability"),
        text=voice.say("trust.reliability", error=voice.formats.points(card.evaluation.ece).lstrip("+")),
        spec=reliability(voice, bins),
        table=Table(
            voice.say("figure.reliability"),
            columns,
            tuple((each.told, each.came, each.low, each.high, each.customers) for each in bins),
        ),
        notes=(voice.say("trust.reliability_note"),),
    )


def _lift(voice: Voice, card: ModelCard) -> Figure:
    rows = [each for each in card.evaluation.gains if isfinite(each.lift)]
    times = [voice.say("trust.times", lift=voice.formats.number(each.lift, 1)) for each in rows]
    names = [voice.say("trust.tenth", number=number) for number in range(1, len(rows) + 1)]
    dots = [
        maps.Dot(name=name, value=each.lift, low=None, high=None, text=text, range=voice.formats.share(each.gain))
        for name, each, text in zip(names, rows, times, strict=True)
    ]
    columns = (
        Column(voice.say("column.tenth")),
        Column(voice.say("column.lift"), "ratio"),
        Column(voice.say("column.gain"), "share"),
    )
    text = voice.say("trust.lift", lift=times[0], gain=voice.formats.share(rows[0].gain)) if rows else ""
    name = voice.say("figure.lift")
    return Figure(
        anchor="lift",
        title=name,
        text=text,
        spec=maps.bars(voice, dots, "ratio", x_title=voice.say("column.lift"), range_title=voice.say("column.gain")),
        table=Table(name, columns, tuple((title, e.lift, e.gain) for title, e in zip(names, rows, strict=True))),
        min_width=BARS_WIDTH,
    )


def _tried(voice: Voice, card: ModelCard) -> Figure:
    has_failed = any(each.failure for each in card.tried)
    columns = (
        Column(voice.say("column.model"), "prose"),
        Column(voice.say("column.log_loss"), "loss"),
        Column(voice.say("column.gain_in_loss"), "loss"),
        Column(voice.say("column.steady_gain"), "loss"),
        *([Column(voice.say("column.failure"), "prose")] if has_failed else ()),
    )
    rows = tuple(
        (
            MODELS[each.name].told(voice.language),
            *(each.loss, each.gain, each.score),
            *([told(each.failure, voice.language)] if has_failed else ()),
        )
        for each in card.tried
    )
    name = voice.say("figure.tried")
    return Figure("tried", name, voice.say("trust.tried"), Table(name, columns, rows, first=len(rows)))
