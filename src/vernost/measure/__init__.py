"""Say what happened: each measure is a function from a log to an Ibis expression."""

from vernost.measure.answer import Answer
from vernost.measure.benchmarks import benchmarks
from vernost.measure.cohorts import cohort_retention
from vernost.measure.concentration import concentration
from vernost.measure.contracts import grr, mrr, nrr, revenue_churn
from vernost.measure.delivery import delivery_delay, late_delivery_rate
from vernost.measure.economics import cac, clv, clv_to_cac
from vernost.measure.features import customer_features
from vernost.measure.gaps import lapse_window, order_gaps, return_curve
from vernost.measure.groups import at_risk, lost, new, regular, vip
from vernost.measure.lifecycle import churn_rate, lifecycle, retention_rate
from vernost.measure.lifetime import survival
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
from vernost.measure.returns import payback, roas, roi
from vernost.measure.reviews import answered_review_rate, negative_review_rate, rating
from vernost.measure.rfm import rfm
from vernost.measure.scores import ces, csat, nps
from vernost.measure.service import backlog, first_reply_time, resolution_time, unanswered_24h_rate
from vernost.measure.silence import silent_leaver_rate
from vernost.measure.working_hours import WorkingHours
from vernost.measure.worth import retention_value

__all__ = [
    "CATALOGUE",
    "Answer",
    "Measure",
    "WorkingHours",
    "active_customers",
    "answered_review_rate",
    "aov",
    "at_risk",
    "backlog",
    "benchmarks",
    "cac",
    "ces",
    "churn_rate",
    "clv",
    "clv_to_cac",
    "cohort_retention",
    "concentration",
    "csat",
    "customer_features",
    "delivery_delay",
    "find_measure",
    "first_reply_time",
    "grr",
    "lapse_window",
    "late_delivery_rate",
    "lifecycle",
    "lost",
    "mrr",
    "negative_review_rate",
    "new",
    "new_customers",
    "nps",
    "nrr",
    "order_gaps",
    "orders",
    "payback",
    "purchase_frequency",
    "rating",
    "regular",
    "repeat_rate",
    "resolution_time",
    "retention_rate",
    "retention_value",
    "return_curve",
    "revenue",
    "revenue_churn",
    "revenue_per_customer",
    "rfm",
    "roas",
    "roi",
    "second_order_rate",
    "silent_leaver_rate",
    "survival",
    "unanswered_24h_rate",
    "vip",
]
