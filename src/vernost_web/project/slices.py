"""The one list of slices, in the order of the flow: a slice may enter those above it, by their queries and actions."""

SLICES = (
    "audit",
    "accounts",
    "jobs",
    "webhooks",
    "company",
    "data",
    "metrics",
    "customers",
    "segments",
    "retention",
    "predictions",
    "alerts",
    "dashboards",
    "reports",
    "identity",
    "privacy",
    "tracking",
    "api",
)
