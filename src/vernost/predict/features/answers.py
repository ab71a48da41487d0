"""Scores that customers gave when asked."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import latest

if TYPE_CHECKING:
    import ibis.expr.types as ir

KINDS = ("nps", "csat", "ces")


def facts(known: Known) -> "ir.Table":
    """Answers with a score, with ``is_nps_``, ``is_csat_`` and ``is_ces_``."""
    rows = known.facts("answers")
    rows = rows.filter(rows.score.notnull() & rows.kind.isin(KINDS))
    return rows.mutate(**{f"is_{kind}_": rows.kind == kind for kind in KINDS})


def summary(known: Known) -> "ir.Table":
    """One row a customer who gave a score: the last of each kind, and how many days ago."""
    last = latest(facts(known), "answered_at", "answer_id", by=("customer_id", "kind"))
    scores = {f"{kind}_last": last.score.max(where=last[f"is_{kind}_"]) for kind in KINDS}
    days = {f"{kind}_silence": known.today - last.day_.max(where=last[f"is_{kind}_"]) for kind in KINDS}
    return last.group_by("customer_id").agg(**scores, **days)
