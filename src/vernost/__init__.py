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
    "vernost.measure": (
        "CATALOGUE", "Answer", "Measure", "find_measure",
        "active_customers", "aov", "churn_rate", "cohort_retention", "customer_features", "lifecycle", "new_customers",
        "orders", "purchase_frequency", "repeat_rate", "retention_rate", "revenue", "revenue_per_customer", "rfm",
        "second_order_rate",
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
