"""Vernost keeps a company's customers: collect, measure, explain, predict, plan, act, prove, report.

The public names are listed here and load when they are used, so that ``import vernost`` costs nothing.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "vernost.errors": (
        "InvalidExpression", "InvalidValue", "LogBusy", "MissingColumn", "MissingFacts", "UnknownName",
        "UnreadableSource", "UnusableLog", "VernostError",
    ),
    "vernost.schema": ("TABLES",),
    "vernost.sources": ("Given", "Reading", "given_from_toml", "read"),
    "vernost.store": ("Log", "Receipt", "check", "open_log", "open_store"),
    "vernost.store.doubles": ("Double", "find_doubles"),
    "vernost.store.merges": ("merge_customers", "part_customers"),
    "vernost.measure": (
        "Answer", "CATALOGUE", "Measure", "WorkingHours", "active_customers", "answered_review_rate", "aov", "at_risk",
        "backlog", "benchmarks", "cac", "ces", "churn_rate", "clv", "clv_to_cac", "cohort_retention",
        "concentration", "csat", "customer_features", "delivery_delay", "find_measure", "first_reply_time",
        "grr", "lapse_window", "late_delivery_rate", "lifecycle", "lost", "mrr", "negative_review_rate", "new",
        "new_customers", "nps", "nrr", "order_gaps", "orders", "payback", "purchase_frequency", "rating",
        "regular", "repeat_rate", "resolution_time", "retention_rate", "retention_value", "return_curve",
        "revenue", "revenue_churn", "revenue_per_customer", "rfm", "roas", "roi", "second_order_rate",
        "silent_leaver_rate", "survival", "unanswered_24h_rate", "vip",
    ),
    "vernost.report": ("render_report",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - the list is the table above


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'vernost' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
