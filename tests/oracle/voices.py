"""What customers say: scores they were asked for, and reviews they wrote."""

from math import sqrt

from tests.oracle import intervals
from tests.oracle.contracts import clipped
from tests.oracle.quantiles import quantile
from tests.oracle.service import hours
from tests.oracle.world import Expected, Fact, Key, Lacking, Row, World, grouped


def asked(world: World, kind: str, survey: str | None) -> dict[Key, list[Fact]]:
    """Answers of a kind by row of the answer, blanks among them."""
    world.need("answers")
    if all(row["kind"] != kind for row in world.tables["answers"]):
        raise Lacking(kind)
    rows = [row for row in world.facts("answers") if row["kind"] == kind and survey in (None, row["survey"])]
    return grouped((world.key(row, "answered_at"), row) for row in world.in_window(rows, "answered_at"))


def nps(world: World, survey: str | None = None) -> Expected:
    """Share of 9-10 minus share of 0-6, in points; variance p + q - (p - q)² by n; blank is not answered."""
    found, who = {}, []
    has_blanks = any(
        row["kind"] == "nps" and row["score"] is None and survey in (None, row["survey"])
        for row in world.tables["answers"]
    )
    for key, rows in asked(world, "nps", survey).items():
        answers = [row for row in rows if row["score"] is not None]
        promoters = [row for row in answers if row["score"] in {9, 10}]
        detractors = [row for row in answers if row["score"] in {0, 1, 2, 3, 4, 5, 6}]
        row = _net(len(promoters), len(detractors), len(answers))
        found[key] = row | {"response_rate": len(answers) / len(rows) if has_blanks else None}
        who += [(key, answer["customer_id"], answer in promoters) for answer in answers]
    empty = _net(0, 0, 0) | {"response_rate": None}
    return Expected(world.rows(found, empty, "answers"), world.listed(who, "answers"))


def _net(promoters: int, detractors: int, everyone: int) -> Row:
    row: Row = {
        "value": None,
        "low": None,
        "high": None,
        "promoters": promoters,
        "passives": everyone - promoters - detractors,
        "detractors": detractors,
        "denominator": everyone,
    }
    if not everyone:
        return row
    plus, minus = promoters / everyone, detractors / everyone
    half = intervals.Z * 100 * sqrt(max(0.0, plus + minus - (plus - minus) ** 2) / everyone)
    value = 100 * (promoters - detractors) / everyone
    return clipped(row | {"value": value, "low": value - half, "high": value + half}, -100.0, 100.0)


def csat(world: World, survey: str | None = None, scale: int | None = None) -> Expected:
    return _top_two(world, "csat", survey, scale)


def ces(world: World, survey: str | None = None, scale: int | None = None) -> Expected:
    return _top_two(world, "ces", survey, scale)


def _top_two(world: World, kind: str, survey: str | None, scale: int | None) -> Expected:
    """Share of the top two boxes; the scale is the least of 5, 7 and 10 that holds all scores of the survey."""
    tops = grouped(
        (row["survey"], row["score"])
        for row in world.tables.get("answers", [])
        if row["kind"] == kind and row["score"] is not None and row in world.facts("answers")
    )
    found, who = {}, []
    for key, rows in asked(world, kind, survey).items():
        answers = [row for row in rows if row["score"] is not None]
        if not answers:
            continue
        hits = []
        for row in answers:
            top = scale or min(top for top in (5, 7, 10) if top >= max(tops[row["survey"]]))
            hits.append(row["score"] >= top - 1)
            who.append((key, row["customer_id"], hits[-1]))
        mean = sum(row["score"] for row in answers) / len(answers)
        found[key] = intervals.share(sum(hits), len(hits)) | {"mean": mean}
    return Expected(world.rows(found, intervals.share(0, 0) | {"mean": None}, "answers"), world.listed(who, "answers"))


def reviews(world: World) -> dict[Key, list[Fact]]:
    world.need("reviews")
    return grouped((world.key(row, "posted_at"), row) for row in world.in_window(world.facts("reviews"), "posted_at"))


def rated(world: World) -> dict[Key, list[Fact]]:
    """Reviews with a rating; a row without one is none."""
    world.need("reviews", "rating")
    found = {key: [row for row in rows if row["rating"] is not None] for key, rows in reviews(world).items()}
    return {key: rows for key, rows in found.items() if rows}


def rating(world: World) -> Expected:
    """Mean rating; its error that of a mean of n reviews; within 1 to 5."""
    found = {
        key: clipped(intervals.ratio((row["rating"], 1) for row in rows), 1.0, 5.0)
        for key, rows in rated(world).items()
    }
    who = [(key, row["customer_id"], True) for key, rows in rated(world).items() for row in rows if row["customer_id"]]
    return Expected(world.rows(found, intervals.ratio([]), "reviews"), world.listed(who, "reviews"))


def negative_review_rate(world: World) -> Expected:
    """Share of 1 and 2 of 5 among the rated."""
    found = {
        key: intervals.share(sum(row["rating"] <= 2 for row in rows), len(rows)) for key, rows in rated(world).items()
    }
    who = [(key, row["customer_id"], row["rating"] <= 2) for key, rows in rated(world).items() for row in rows]
    return Expected(world.rows(found, intervals.share(0, 0), "reviews"), world.listed(who, "reviews"))


def answered_review_rate(world: World, working_hours: str | None = None) -> Expected:
    """Share of reviews answered by ``as_of``; the median of the hours it took."""
    found, who = {}, []
    for key, rows in reviews(world).items():
        answered = [row for row in rows if row["replied_at"] is not None and row["replied_at"] < world.end]
        waits = [hours(world, row["posted_at"], row["replied_at"], working_hours) for row in answered]
        median = quantile(waits, 0.5)
        found[key] = intervals.share(len(answered), len(rows)) | {"median_hours": median}
        who += [(key, row["customer_id"], row in answered) for row in rows]
    empty = intervals.share(0, 0) | {"median_hours": None}
    return Expected(world.rows(found, empty, "reviews"), world.listed(who, "reviews"))
