"""Say what happened: each measure is a function from a log to an Ibis expression."""

from vernost.measure.answer import Answer
from vernost.measure.cohorts import cohort_retention
from vernost.measure.contracts import grr, mrr, nrr, revenue_churn
from vernost.measure.delivery import delivery_delay, late_delivery_rate
from vernost.measure.features import customer_features
from vernost.measure.lifecycle import churn_rate, lifecycle, retention_rate
from vernost.measure.measure import CATALOGUE, Measure, find_measure
from vernost.measure.purchases import (
    active_customers,
    aov,
    new_customers,
    orders,
    purchase_frequency,
    revenue,
    revenue_per_customer,
)
from vernost.measure.repeat import repeat_rate, second_order_rate
from vernost.measure.reviews import answered_review_rate, negative_review_rate, rating
from vernost.measure.rfm import rfm
from vernost.measure.scores import ces, csat, nps
from vernost.measure.service import backlog, first_reply_time, resolution_time, unanswered_24h_rate

__all__ = [
    "CATALOGUE",
    "Answer",
    "Measure",
    "active_customers",
    "answered_review_rate",
    "aov",
    "backlog",
    "ces",
    "churn_rate",
    "cohort_retention",
    "csat",
    "customer_features",
    "delivery_delay",
    "find_measure",
    "first_reply_time",
    "grr",
    "late_delivery_rate",
    "lifecycle",
    "mrr",
    "negative_review_rate",
    "new_customers",
    "nps",
    "nrr",
    "orders",
    "purchase_frequency",
    "rating",
    "repeat_rate",
    "resolution_time",
    "retention_rate",
    "revenue",
    "revenue_churn",
    "revenue_per_customer",
    "rfm",
    "second_order_rate",
    "unanswered_24h_rate",
]
