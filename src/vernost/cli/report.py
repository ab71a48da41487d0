"""The report: one file to forward."""

from pathlib import Path
from typing import Annotated

import typer

from vernost.cli import options
from vernost.cli.opening import opened, progress
from vernost.cli.outputs import check_outputs
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE


def report(
    sources: options.Sources = None,
    log: options.LogUrl = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The HTML file; PDF and Excel go beside it.")
    ] = Path("report.html"),
    lang: options.Lang = options.SYSTEM_LANGUAGE,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The company's name.")] = None,
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="Such as RUB or EUR, shown with money.")
    ] = "",
    industry: Annotated[
        str | None,
        typer.Option("--industry", metavar="NAME", help="Compare with this industry (see vernost measure benchmarks)."),
    ] = None,
    forecast: Annotated[
        bool, typer.Option(help="Tell who is leaving and what customers are worth; learning it takes most of the time.")
    ] = True,
    margin_rate: Annotated[
        float,
        typer.Option(
            "--margin-rate",
            metavar="SHARE",
            help="Share of revenue left after the cost of what was sold; yours replaces a convention.",
        ),
    ] = MARGIN_RATE,
    discount_rate: Annotated[
        float,
        typer.Option(
            "--discount-rate",
            metavar="SHARE",
            help="Yearly rate at which later money counts for less; yours replaces a convention.",
        ),
    ] = DISCOUNT_RATE,
    working_hours: options.WorkingHoursText = None,
    holidays: options.Holidays = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    timezone: options.Timezone = None,
    where: options.Where = None,
    as_of: options.AsOf = None,
) -> None:
    """Write the retention health report of SOURCES or of a log: HTML, and the same as PDF and Excel workbook."""
    from vernost.measure.base_value import Settings
    from vernost.report import render_report

    # What is wrong is refused before anything is read.
    Settings(margin_rate, discount_rate, HORIZON_YEARS)
    hours = options.working_hours(working_hours, holidays)
    last = options.day(as_of, "--as-of")
    check_outputs("--out", (out, out.with_suffix(".pdf"), out.with_suffix(".xlsx")) if out.name else (out,), sources)
    with (
        opened(sources, log, given=options.given(maps, map_file), timezone=timezone) as found,
        progress("Report") as show,
    ):
        files = render_report(
            found,
            out,
            language=lang.code,
            title=title,
            currency=currency,
            industry=industry,
            generated_at=options.now(),
            as_of=last,
            timezone=timezone,
            where=where,
            forecast=forecast,
            margin_rate=margin_rate,
            discount_rate=discount_rate,
            working_hours=hours,
            progress=show,
        )
    for path in (files.html, files.pdf, files.xlsx):
        typer.echo(str(path))
