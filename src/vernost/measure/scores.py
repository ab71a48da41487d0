"""What customers answered when asked: NPS, CSAT, CES."""

from typing import TYPE_CHECKING, Any

from vernost import statistics
from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.measure.finding import Finding, grouped, share
from vernost.measure.measure import measure
from vernost.measure.notes import Note
from vernost.measure.scales import on_scale
from vernost.measure.scope import Scope
from vernost.messages import Message

if TYPE_CHECKING:
    import ibis.expr.types as ir

PROMOTER, DETRACTOR = 9, 6
"""Least score of a promoter and greatest of a detractor. F. Reichheld (2003), Harvard Business Review 81(12)."""

SCALES = (5, 7, 10)
"""Scales that are told from the scores themselves."""

READS = ("answers",)


@measure(unit="points", reads=READS)
def nps(scope: Scope, *, survey: str | None = None) -> Finding:
    """Share of answers of 9 and 10 minus share of 0 to 6, in points of -100..100; blanks are not answers.

    ``response_rate`` is the share of those asked who gave a score, where the log knows whom it asked: by blank answers,
    or else by contacts that were sent under the name of the survey as their campaign. Otherwise it is null.

    Args:
        scope: the log seen through the question.
        survey: name of the survey; all NPS questions by default.
    """
    import ibis

    rows, notes = on_scale(scope, _answers(scope, "nps", survey), "score", 0, 10)
    kinds = {
        "promoters": rows.score >= PROMOTER,
        "passives": (rows.score > DETRACTOR) & (rows.score < PROMOTER),
        "detractors": rows.score <= DETRACTOR,
    }
    counts = grouped(
        rows,
        scope.keys,
        **{name: _number(is_kind) for name, is_kind in kinds.items()},
        denominator=_number(rows.score.notnull()),
        asked_=rows.count(),
    )
    plus, minus = counts.promoters.cast("float64"), counts.detractors.cast("float64")
    answered = counts.denominator.cast("float64").nullif(ibis.literal(0.0))
    value = 100 * (plus - minus) / answered
    error = statistics.Z * statistics.nps_error(plus, minus, answered)
    table = counts.select(
        *scope.keys,
        *kinds,
        "denominator",
        value=value,
        low=(value - error).clip(lower=-100.0),
        high=(value + error).clip(upper=100.0),
        blank_rate_=counts.denominator.cast("float64") / counts.asked_.cast("float64").nullif(ibis.literal(0.0)),
    )
    table = _with_response_rate(scope, table, survey)
    return Finding(
        table=table,
        columns=("value", "low", "high", *kinds, "denominator", "response_rate"),
        interval="multinomial",
        empty=dict.fromkeys((*kinds, "denominator"), 0),
        first=_first(scope),
        notes=notes,
        who=lambda: _who(scope, rows, rows.score >= PROMOTER),
    )


@measure(unit="share", reads=READS)
def csat(scope: Scope, *, survey: str | None = None, scale: int | None = None) -> Finding:
    """Share of satisfied answers: the top two boxes of the scale; ``mean`` beside it.

    Args:
        scope: the log seen through the question.
        survey: name of the survey; all CSAT questions by default.
        scale: greatest score of the scale; by default 5, 7 or 10, the least that holds all scores of the survey.
    """
    return _top_two(scope, "csat", survey, scale)


@measure(unit="share", reads=READS)
def ces(scope: Scope, *, survey: str | None = None, scale: int | None = None) -> Finding:
    """Share of answers that it was easy: the top two boxes of the scale; ``mean`` beside it.

    A high score means little effort, as in 'The company made it easy for me': turn scores of surveys that ask for the
    effort itself before loading them.

    Args:
        scope: the log seen through the question.
        survey: name of the survey; all CES questions by default.
        scale: greatest score of the scale; by default 5, 7 or 10, the least that holds all scores of the survey.
    """
    return _top_two(scope, "ces", survey, scale)


def _top_two(scope: Scope, kind: str, survey: str | None, scale: int | None) -> Finding:
    rows, notes = _scaled(scope, _answers(scope, kind, survey), kind, scale)
    rows = rows.filter(rows.score.notnull())
    is_top = rows.score >= rows.scale_ - 1
    counts = grouped(rows, scope.keys, numerator=_number(is_top), denominator=rows.count(), mean=rows.score.mean())
    return share(
        scope,
        counts,
        also=("mean",),
        first=_first(scope),
        notes=notes,
        who=lambda: _who(scope, rows, is_top),
    )


def _scaled(scope: Scope, rows: "ir.Table", kind: str, scale: int | None) -> "tuple[ir.Table, tuple[Note, ...]]":
    """Answers with the greatest score of their scale beside them."""
    import ibis

    if scale is not None:
        if scale < 2:
            raise InvalidValue("{name} is {value}, must be at least 2.", name="scale", value=scale)
        rows, notes = on_scale(scope, rows, "score", 0, scale)
        return rows.mutate(scale_=ibis.literal(float(scale))), notes
    whole = _of_kind(scope.facts("answers", "answered_at", cut=(), in_window=False), kind)
    tops = whole.group_by("survey").agg(top_=whole.score.max()).rename(survey_="survey")
    top = scope.log.fetch(tops.agg(top=tops.top_.max()))["top"][0].as_py()
    if top is not None and top > SCALES[-1]:
        raise InvalidValue(
            "{kind} scores go up to {top:g}, beyond a scale of {most}. Give its top: --set scale=100.",
            kind=kind,
            top=top,
            most=SCALES[-1],
        )
    rows = rows.left_join(tops, rows.survey == tops.survey_).drop("survey_")
    scales = [(rows.top_ <= scale, float(scale)) for scale in SCALES]
    return rows.mutate(scale_=ibis.cases(*scales)).drop("top_"), ()


def _answers(scope: Scope, kind: str, survey: str | None) -> "ir.Table":
    """Answers of one kind: the columns of `Scope.facts`."""
    scope.need("answers")
    known = _surveys(scope, kind)
    if not known:
        raise MissingFacts(scope.measure, Message("answers of the kind {kind!r}", kind=kind))
    if survey is not None and survey not in known:
        raise UnknownName(Message("{kind} survey", kind=kind), survey, known)
    rows = _of_kind(scope.facts("answers", "answered_at"), kind)
    return rows if survey is None else rows.filter(rows.survey == survey)


def _of_kind(rows: "ir.Table", kind: str) -> "ir.Table":
    return rows.filter(rows.kind == kind)


def _surveys(scope: Scope, kind: str) -> list[str]:
    def make() -> list[str]:
        rows = _of_kind(scope.log.tables["answers"], kind)
        return sorted(scope.log.fetch(rows.select("survey").distinct())["survey"].to_pylist())

    return scope.log.cached(("surveys", kind), make)


def _has_blanks(scope: Scope, kind: str, survey: str | None) -> bool:
    def make() -> bool:
        rows = _of_kind(scope.log.tables["answers"], kind)
        rows = rows.filter(rows.score.isnull())
        rows = rows if survey is None else rows.filter(rows.survey == survey)
        return bool(scope.log.fetch(rows.select("answer_id").limit(1)).num_rows)

    return scope.log.cached(("blanks", kind, survey), make)


def _with_response_rate(scope: Scope, table: "ir.Table", survey: str | None) -> "ir.Table":
    """Scores by key with ``response_rate`` instead of ``blank_rate_``."""
    import ibis

    if _has_blanks(scope, "nps", survey):
        return table.rename(response_rate="blank_rate_")
    asked = _asked(scope, "nps", [survey] if survey else _surveys(scope, "nps"))
    table = table.drop("blank_rate_")
    if asked is None:
        return table.mutate(response_rate=ibis.null("float64"))
    rates = asked.select(
        response_rate=asked.answered_.cast("float64") / asked.sent_.cast("float64").nullif(ibis.literal(0.0)),
        **{f"{name}_of_": asked[name] for name in scope.keys},
    )
    if not scope.keys:
        return table.cross_join(rates)
    # Null is a value of a cut like any other.
    is_same = [table[name].identical_to(rates[f"{name}_of_"]) for name in scope.keys]
    return table.left_join(rates, is_same).drop(*(f"{name}_of_" for name in scope.keys))


def _asked(scope: Scope, kind: str, surveys: list[str]) -> "ir.Table | None":
    """Contacts sent for surveys by key: ``sent_``, and ``answered_`` with a score since; None when there are none."""
    if "contacts" not in scope.log.tables or not set(scope.question.cut) <= set(scope.attributes("contacts")):
        return None
    sent = scope.facts("contacts", "sent_at")
    sent = sent.filter(sent.campaign.isin(surveys))
    if not scope.log.fetch(sent.select("contact_id").limit(1)).num_rows:
        return None
    answers = _of_kind(scope.facts("answers", "answered_at", cut=(), in_window=False), kind)
    answers = answers.filter(answers.score.notnull() & answers.customer_id.notnull())
    last = answers.group_by(who_=answers.customer_id, survey_=answers.survey).agg(last_=answers.answered_at.max())
    sent = sent.left_join(last, [sent.customer_id == last.who_, sent.campaign == last.survey_])
    return grouped(sent, scope.keys, sent_=sent.count(), answered_=_number(sent.last_ >= sent.sent_at))


def _who(scope: Scope, rows: "ir.Table", hit: "ir.BooleanValue") -> "ir.Table":
    """Customers behind the scores; one who did not say who they are is null."""
    marked = rows.mutate(hit_=hit)
    return marked.filter(marked.score.notnull()).select(*scope.keys, "customer_id", numerator=marked.hit_)


def _number(flags: Any) -> Any:
    return flags.cast("int32").sum().fill_null(0)


def _first(scope: Scope) -> int | None:
    return scope.first_index(scope.grain, "answers") if scope.grain else None
