"""Say what happened: each measure is a function from a log to an Ibis expression."""

from vernost.measure.answer import Answer
from vernost.measure.cohorts import cohort_retention
from vernost.measure.contracts import grr, mrr, nrr, revenue_churn
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
from vernost.measure.rfm import rfm

__all__ = [
    "CATALOGUE",
    "Answer",
    "Measure",
    "active_customers",
    "aov",
    "churn_rate",
    "cohort_retention",
    "customer_features",
    "find_measure",
    "grr",
    "lifecycle",
    "mrr",
    "new_customers",
    "nrr",
    "orders",
    "purchase_frequency",
    "repeat_rate",
    "retention_rate",
    "revenue",
    "revenue_churn",
    "revenue_per_customer",
    "rfm",
    "second_order_rate",
]
