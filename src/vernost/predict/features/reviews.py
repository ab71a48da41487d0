"""Reviews: the last rating, and complaints of late."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOW_RATING = 2
"""A rating up to this one is a complaint, as in the share of negative reviews."""


def facts(known: Known) -> "ir.Table":
    """Reviews with a rating, the last one marked ``is_last_``, complaints ``is_low_``."""
    import ibis

    rows = known.facts("reviews")
    rows = rows.filter(rows.rating.notnull())
    turn = ibis.window(group_by="customer_id", order_by=[ibis.desc("posted_at"), ibis.desc("review_id")])
    return rows.mutate(is_last_=ibis.row_number().over(turn) == 0, is_low_=rows.rating <= LOW_RATING)


def summary(known: Known) -> "ir.Table":
    """One row a customer with a rating."""
    rows = facts(known)
    return rows.group_by("customer_id").agg(
        rating_last=rows.rating.max(where=rows.is_last_),
        low_ratings_30d=rows.count(where=rows.is_low_ & known.recent(rows, 30)),
        low_ratings_90d=rows.count(where=rows.is_low_ & known.recent(rows, 90)),
        review_silence=known.today - rows.day_.max(),
    )
