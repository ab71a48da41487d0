"""Segments: which customers are meant, by a ready rule or one of a file; who they are, and how two of them differ."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vernost.cli import options
from vernost.cli.opening import opened
from vernost.cli.outputs import check_outputs, writing
from vernost.cli.speech import say
from vernost.cli.tables import show, write_csv
from vernost.errors import InvalidValue, UnknownName
from vernost.messages import Message, reason

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.explain.segments import Comparison, Rule, Standpoint
    from vernost.glossary import Language
    from vernost.store import Log

COMPARED = ("measure", "first", "second", "difference", "low", "high", "p_value")


def segments(
    name: Annotated[
        str | None, typer.Argument(metavar="SEGMENT", help="A ready segment, or a JSON file with a rule.")
    ] = None,
    sources: options.Sources = None,
    log: options.LogUrl = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="SEGMENT", help="Compare with this segment on every measure."),
    ] = None,
    who: Annotated[
        Path | None, typer.Option("--who", metavar="FILE", help="Write the customers of the segment to this CSV file.")
    ] = None,
    as_of: options.AsOf = None,
    at_load: options.AtLoad = None,
    form: Annotated[options.Format, typer.Option("--format", help="Form of the answer.")] = options.Format.table,
    timezone: options.Timezone = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """List the ready segments, or find the customers of SEGMENT: vernost segments vip orders.csv --who vip.csv."""
    from vernost.explain.segments import Standpoint, compare

    if name is None and not log:
        _list(lang.code, form)
        return
    if who:
        check_outputs("--who", [who], sources)
    day = options.day(as_of, "--as-of")
    rules = {each: rule_of(each) for each in (name, against) if each}
    with opened(sources, log, given=options.given(maps, map_file), timezone=timezone, at_load=at_load) as found:
        at = Standpoint(found, as_of=day, timezone=timezone)
        if name is None:
            _count(at, lang.code, form)
        elif against is None:
            _tell(at, rules[name], who, lang.code)
        else:
            _show(compare(at, rules[name], rules[against], _ready()), lang.code, form)


def rule_of(name: str) -> "Rule":
    """The rule of a ready segment, or of a file."""
    from vernost.explain.segments import read_rule, ready_made

    if name in ready_made():
        return ready_made()[name].rule
    path = Path(name)
    if not path.exists():
        raise UnknownName(Message("segment"), name, ready_made())
    try:
        return read_rule(path.read_bytes())
    except OSError as error:
        raise InvalidValue("{path} cannot be read: {reason}.", path=path, reason=reason(error)) from error


@contextmanager
def narrowed(log: "Log", name: str | None, *, as_of: str | None, timezone: str | None) -> "Iterator[Log]":
    """A log of the customers of a segment alone, or the whole one when no segment is named."""
    from vernost.explain.segments import Narrowed, Standpoint, members

    if name is None:
        yield log
        return
    at = Standpoint(log, as_of=options.day(as_of, "--as-of"), timezone=timezone)
    with Narrowed(log, members(at, rule_of(name), _ready())) as part:
        yield part


def _ready() -> "dict[str, Rule]":
    from vernost.explain.segments import ready_made

    return {name: each.rule for name, each in ready_made().items()}


def _list(language: "Language", form: options.Format) -> None:
    from vernost.explain.segments import ready_made

    rows = [
        {"name": each.name, "title": each.title(language), "meaning": each.meaning(language)}
        for each in ready_made().values()
    ]
    _print(rows, ("name", "title", "meaning"), language, form)


def _count(at: "Standpoint", language: "Language", form: options.Format) -> None:
    """How many customers are in each ready segment that suits the log."""
    from vernost.explain.segments import judged, ready_made

    wanted = {name: each for name, each in ready_made().items() if each.suits(at.log.tables)}
    table = judged(at, {name: each.rule for name, each in wanted.items()}, _ready())
    sums = table.agg(**{name: table[name].cast("int64").sum().fill_null(0) for name in wanted})
    counts = at.log.fetch(sums).to_pylist()[0]
    rows = [
        {"name": name, "title": each.title(language), "customers": int(counts[name])} for name, each in wanted.items()
    ]
    _print(rows, ("name", "title", "customers"), language, form)


def _tell(at: "Standpoint", rule: "Rule", who: Path | None, language: "Language") -> None:
    """Who is in a segment: in words, how many, and to a file when one is wanted."""
    from vernost.explain.segments import members, ready_made, told

    titles = {each.name: each.title(language) for each in ready_made().values()}
    people = members(at, rule, _ready())
    count = at.log.fetch(people.agg(count=people.count()))["count"][0].as_py()
    typer.echo(told(rule, language, titles))
    say("Customers as of {day}: {count}", day=at.day, count=count)
    if who:
        with writing("--who", who):
            _write(at.log, people, who)


def _write(log: "Log", people: "ir.Table", path: Path) -> None:
    from pyarrow import csv

    from vernost.formulas import plain_columns

    batches = log.connection.to_pyarrow_batches(people.order_by("customer_id"))
    with csv.CSVWriter(path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(plain_columns(batch))


def _show(found: "Comparison", language: "Language", form: options.Format) -> None:
    from vernost.glossary import term

    rows = [
        {
            "measure": each.measure if form is not options.Format.table else term(each.measure).title(language),
            "first": each.one[0],
            "second": each.other[0],
            "difference": each.above[0] if each.above else None,
            "low": each.above[1] if each.above else None,
            "high": each.above[2] if each.above else None,
            "p_value": None if each.p_value is None else round(each.p_value, 4),
        }
        for each in found.differences
    ]
    _print(rows, COMPARED, language, form)
    if form is options.Format.table:
        say(
            "Customers as of {day}: {one} in the first segment, {other} in the second alone, {both} in both, who count "
            "in the first. p-values are corrected for {tests} questions.",
            day=found.as_of, one=found.one, other=found.other, both=found.both, tests=found.tests,
        )  # fmt: skip


def _print(
    rows: Sequence[dict[str, Any]], columns: tuple[str, ...], language: "Language", form: options.Format
) -> None:
    if form is options.Format.json:
        import json

        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif form is options.Format.csv:
        write_csv(rows, columns)
    else:
        show(rows, columns, language=language)
