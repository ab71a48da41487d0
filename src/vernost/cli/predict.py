"""Who will leave: scores, and how far they can be trusted."""

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
    if keep and not log:
        raise InvalidValue("Scores are kept in a log. Name it with --log URL.")
    if top < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="--top", value=top)
    if out:
        check_outputs("--out", [out], sources)
    day = options.day(as_of, "--as-of")
    with opened(sources, log, given=options.given(maps, map_file), timezone=timezone) as found:
        forecast = learnt(found, day, days, seed)
        if keep and log:
            keep_in(log, forecast, found)
        if out:
            with writing("--out", out):
                count = write_scores(forecast, found, out, lang.code)
            typer.echo(f"{out}: {count}", err=True)
        present(forecast, found, form, top, lang.code)


def learnt(log: "Log", as_of: Any, days: int | None, seed: int) -> "Forecast":
    """What is learnt of a log, with a progress bar."""
    from vernost.predict.forecast import fit

    with progress("Learning") as hear:
        return fit(log, as_of=as_of, days=days, seed=seed, progress=hear)


def keep_in(url: str, forecast: "Forecast", log: "Log") -> None:
    """Write the scores to the log, and say how many they are."""
    from vernost.predict.keeping import keep_scores
    from vernost.store import open_store

    receipt = keep_scores(open_store(url), forecast.batches(log), at=options.now())
    for tally in receipt.tallies:
        say("{table}: scores kept: {count}", err=True, table=tally.table, count=tally.read)


def present(forecast: "Forecast", log: "Log", form: options.Format, top: int, language: "Language") -> None:
    """Print the card and the customers with the most revenue at risk; as JSON or CSV, those customers."""
    from vernost.predict.card_words import BANDS, sentences

    scores = forecast.scores(log)
    counts = {each["values"]: each["counts"] for each in scores["band"].value_counts().to_pylist()}
    rows = [told(row, language) for row in at_risk(scores).slice(0, top).to_pylist()]
    if form is options.Format.json:
        import json

        typer.echo(json.dumps({"card": forecast.card.to_dict(), "rows": rows}, ensure_ascii=False, default=str))
    elif form is options.Format.csv:
        from vernost.cli.tables import write_csv

        write_csv(rows, scores.column_names)
    else:
        for sentence in sentences(forecast.card, language):
            typer.echo(sentence)
        say(
            "Customers by risk: low {low}, medium {medium}, high {high}; already gone {left}.",
            **{name: counts.get(name, 0) for name in ("low", "medium", "high", "left")},
        )
        say_sums(forecast, scores)
        shown = [row | {"band": BANDS[row["band"]].told(language)} for row in rows]
        show(shown, SHOWN, language=language, unit="share")


def say_sums(forecast: "Forecast", scores: "pa.Table") -> None:
    """What all who are there are expected to bring, corrected by what earlier forecasts teach."""
    import pyarrow.compute as pc

    there = scores.filter(pc.not_equal(scores["band"], "left"))
    names, times = ("orders", "revenue", "revenue_at_risk"), forecast.card.drift or 1.0
    orders, revenue, risky = (times * float(pc.sum(there[name]).as_py() or 0) for name in names)
    if revenue:
        say(
            "Expected within a year of all who are there: {revenue:,.0f} of revenue, {at_risk:,.0f} of it at risk.",
            revenue=revenue,
            at_risk=risky,
        )
    elif orders:
        say("Expected within a year of all who are there: {orders:,.0f} orders.", orders=orders)


def at_risk(scores: "pa.Table") -> "pa.Table":
    """Scores of those who can still be kept: neither at less risk than usual, nor gone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return scores.filter(pc.is_in(scores["band"], pa.array(["medium", "high"])))


def told(row: dict[str, Any], language: "Language") -> dict[str, Any]:
    """A score for people: reasons as sentences, money as numbers."""
    from decimal import Decimal

    from vernost.predict.reasons import from_json

    reasons = "; ".join(reason.sentence(language) for reason in from_json(row["reasons"]))
    plain_row = {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    return plain_row | {"reasons": reasons}


def write_scores(forecast: "Forecast", log: "Log", path: Path, language: "Language") -> int:
    """Write scores as CSV, in pieces; say how many rows they are."""
    import csv

    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = None
        for batch in forecast.batches(log):
            writer = writer or _begun(csv.writer(file), batch)
            for row in batch.to_pylist():
                written = told(row, language)
                writer.writerow([plain(value) if isinstance(value, str) else value for value in written.values()])
                count += 1
    return count


def _begun(writer: Any, batch: "pa.Table") -> Any:
    writer.writerow(batch.column_names)
    return writer
