"""Measures: any number, by period, cut, filtered, with the customers behind it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vernost.cli import options
from vernost.cli.opening import opened
from vernost.cli.outputs import check_outputs, writing
from vernost.cli.segments import narrowed
from vernost.cli.tables import show, show_answer, write_csv
from vernost.errors import InvalidValue
from vernost.messages import Message, shortened, told

if TYPE_CHECKING:
    from vernost.glossary import Language
    from vernost.measure import Answer, Measure


def measure(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A measure (see vernost measures).")],
    sources: options.Sources = None,
    log: options.LogUrl = None,
    by: Annotated[str | None, typer.Option("--by", metavar="PERIOD", help="day, week, month, quarter or year.")] = None,
    cut: Annotated[
        list[str] | None,
        typer.Option("--cut", metavar="ATTRIBUTE", help="Rows for each value, such as city; repeatable."),
    ] = None,
    mode: Annotated[
        str | None, typer.Option("--mode", metavar="MODE", help="Kind of cohort: exact, on_or_after or rolling.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", help="Length of the measure's window in days.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="OPTION=VALUE", help="Another option of the measure (see vernost measures NAME)."
        ),
    ] = None,
    working_hours: options.WorkingHoursText = None,
    holidays: options.Holidays = None,
    timezone: options.Timezone = None,
    where: options.Where = None,
    segment: Annotated[
        str | None,
        typer.Option(
            "--segment",
            metavar="SEGMENT",
            help="Only the customers of this segment: a ready one (see vernost segments), or a JSON file with a rule.",
        ),
    ] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day shown or counted.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day shown or counted.")] = None,
    as_of: options.AsOf = None,
    at_load: options.AtLoad = None,
    form: Annotated[options.Format, typer.Option("--format", help="Form of the answer.")] = options.Format.table,
    who: Annotated[
        Path | None,
        typer.Option("--who", metavar="FILE", help="Write the customers behind the number to this CSV file."),
    ] = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Measure SOURCES or a log: vernost measure retention_rate orders.csv --by month --cut city."""
    from vernost.measure import find_measure

    chosen = find_measure(name)
    hours = options.working_hours(working_hours, holidays)
    asked: dict[str, Any] = {"mode": mode, "days": days, "working_hours": hours} | parsed(chosen, settings or [])
    asked = {option: value for option, value in asked.items() if value is not None}
    if who:
        check_outputs("--who", [who], sources)
    with (
        opened(sources, log, given=options.given(maps, map_file), timezone=timezone, at_load=at_load) as found,
        narrowed(found, segment, as_of=as_of, timezone=timezone) as part,
    ):
        answer = chosen(
            part, by=by, cut=cut or (), where=where, since=since, until=until, as_of=as_of, timezone=timezone, **asked
        )
        present(answer, form, lang.code)
        if who:
            with writing("--who", who):
                count = write_who(answer, who)
            typer.echo(f"{who}: {count}", err=True)


def parsed(measure: "Measure", settings: list[str]) -> dict[str, Any]:
    """Options written as OPTION=VALUE, each with the type of its default."""
    import json

    asked = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise InvalidValue(
                "--set {text!r} is not OPTION=VALUE; {name} has {known}.",
                text=text,
                name=measure.name,
                known=shortened(list(measure.options), 20) if measure.options else Message("no options"),
            )
        try:
            asked[name.strip()] = json.loads(value)
        except ValueError:
            asked[name.strip()] = value
    return asked


def present(answer: "Answer", form: options.Format, language: "Language") -> None:
    """Print an answer."""
    if form is options.Format.json:
        typer.echo(answer.to_json())
    elif form is options.Format.csv:
        write_csv(answer.rows, answer.columns)
    else:
        show_answer(answer, language)


def write_who(answer: "Answer", path: Path) -> int:
    """Write the customers behind a number as CSV for a spreadsheet, in pieces; say how many rows they are."""
    from pyarrow import csv

    from vernost.formulas import plain_columns

    count = 0
    batches = answer.scope.log.connection.to_pyarrow_batches(answer.who())
    with csv.CSVWriter(path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(plain_columns(batch))
            count += batch.num_rows
    return count


def measures(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one, with its options.")] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """List all measures with their meanings; with a NAME its options too."""
    from vernost.measure import find_measure
    from vernost.measure.measure import chapters, explained

    language = lang.code
    if name:
        chosen = find_measure(name)
        typer.echo(f"{chosen.name} — {chosen.term.title(language)}\n{chosen.term.meaning(language)}\n")
        meanings = explained(chosen)
        rows = [
            {"option": option, "default": default, "meaning": told(meanings.get(option, ""), language)}
            for option, default in chosen.options.items()
        ]
        if rows:
            show(rows, ("option", "default", "meaning"), language=language)
        return
    rows = [
        {"name": measure.name, "title": measure.term.title(language), "meaning": measure.term.meaning(language)}
        for measure in chapters()
    ]
    show(rows, ("name", "title", "meaning"), language=language)
