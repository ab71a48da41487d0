"""Who will leave: scores, and how far they can be trusted."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vernost.cli import options
from vernost.cli.opening import opened, progress
from vernost.cli.outputs import check_outputs, writing
from vernost.cli.speech import say
from vernost.cli.tables import show
from vernost.errors import InvalidValue
from vernost.formulas import plain

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.glossary import Language
    from vernost.predict.forecast import Forecast
    from vernost.predict.overview import Overview
    from vernost.store import Log

SHOWN = ("customer_id", "risk", "band", "revenue", "revenue_at_risk", "alarming_on", "reasons")
TOP = 20


def predict(
    sources: options.Sources = None,
    log: options.LogUrl = None,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", help="Who leaves within N days; default: the company's own lapse window."),
    ] = None,
    as_of: options.AsOf = None,
    top: Annotated[
        int, typer.Option("--top", metavar="N", help="Customers shown, the most revenue at risk first.")
    ] = TOP,
    form: Annotated[options.Format, typer.Option("--format", help="Form of the answer.")] = options.Format.table,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the scores of all customers to this CSV file.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Write the scores back to the log, where measures and pages find them.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of what is drawn by chance.")] = 0,
    timezone: options.Timezone = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Say who will leave, when, what they are worth, and why: vernost predict orders.csv --out scores.csv."""
    from vernost.predict.overview import Overview

    if keep and not log:
        raise InvalidValue("Scores are kept in a log. Name it with --log URL.")
    if top < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="--top", value=top)
    if out:
        check_outputs("--out", [out], sources)
    day = options.day(as_of, "--as-of")
    with opened(sources, log, given=options.given(maps, map_file), timezone=timezone) as found:
        forecast = learnt(found, day, days, seed)
        overview = Overview(top)
        # All that is done with scores is done as they pass: they are made once, and never held together.
        passing = overview.watch(forecast.batches(found, sort=True))
        if out:
            passing = written(passing, out, lang.code)
        if keep and log:
            keep_in(log, passing)
        deque(passing, maxlen=0)
    present(forecast, overview, form, lang.code)


def learnt(log: "Log", as_of: Any, days: int | None, seed: int) -> "Forecast":
    """What is learnt of a log, with a progress bar."""
    from vernost.predict.forecast import fit

    with progress("Learning") as hear:
        return fit(log, as_of=as_of, days=days, seed=seed, progress=hear)


def keep_in(url: str, batches: "Iterable[pa.Table]") -> None:
    """Write the scores to the log, and say how many they are."""
    from vernost.predict.keeping import keep_scores
    from vernost.store import open_store

    receipt = keep_scores(open_store(url), batches, at=options.now())
    for tally in receipt.tallies:
        say("{table}: scores kept: {count}", err=True, table=tally.table, count=tally.read)


def present(forecast: "Forecast", overview: "Overview", form: options.Format, language: "Language") -> None:
    """Print the card and the customers with the most revenue at risk; as JSON or CSV, those customers."""
    from vernost.predict.card_words import BANDS, sentences

    assert overview.first is not None  # noqa: S101 - the first batch is always there
    counts: dict[str, Any] = {band: overview.counts[band] for band in BANDS}
    rows = [told(row, language) for row in overview.first.to_pylist()]
    if form is options.Format.json:
        import json

        typer.echo(json.dumps({"card": forecast.card.to_dict(), "rows": rows}, ensure_ascii=False, default=str))
    elif form is options.Format.csv:
        from vernost.cli.tables import write_csv

        write_csv(rows, overview.first.column_names)
    else:
        for sentence in sentences(forecast.card, language):
            typer.echo(sentence)
        say(
            "Customers by risk: low {low}, medium {medium}, high {high}; already gone {left}.",
            **counts,
        )
        say_sums(overview.sums, forecast.card.drift or 1.0)
        shown = [row | {"band": BANDS[row["band"]].told(language)} for row in rows]
        show(shown, SHOWN, language=language, unit="share")


def say_sums(sums: Mapping[str, float], drift: float) -> None:
    """What all who are there are expected to bring, corrected by what earlier forecasts teach."""
    if sums["revenue"]:
        say(
            "Expected within a year of all who are there: {revenue:,.0f} of revenue, {at_risk:,.0f} of it at risk.",
            revenue=drift * sums["revenue"],
            at_risk=drift * sums["revenue_at_risk"],
        )
    elif sums["orders"]:
        say("Expected within a year of all who are there: {orders:,.0f} orders.", orders=drift * sums["orders"])


def told(row: dict[str, Any], language: "Language") -> dict[str, Any]:
    """A score for people: reasons as sentences, money as numbers."""
    from decimal import Decimal

    from vernost.predict.reasons import from_json

    reasons = "; ".join(reason.sentence(language) for reason in from_json(row["reasons"]))
    plain_row = {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    return plain_row | {"reasons": reasons}


def written(batches: "Iterable[pa.Table]", path: Path, language: "Language") -> "Iterator[pa.Table]":
    """The same scores, written as CSV in passing; says how many rows they were."""
    import csv

    count = 0
    with writing("--out", path), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for place, batch in enumerate(batches):
            if place == 0:
                writer.writerow(batch.column_names)
            for row in batch.to_pylist():
                values = told(row, language).values()
                writer.writerow([plain(value) if isinstance(value, str) else value for value in values])
                count += 1
            yield batch
    typer.echo(f"{path}: {count}", err=True)
