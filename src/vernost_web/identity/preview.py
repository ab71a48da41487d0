"""What follows from a merge, before it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vernost_web.data.queries import reading

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

GAINED = {
    "name": pgettext_lazy("of a customer", "name"),
    "phone": _("telephone"),
    "email": _("e-mail"),
    "birthday_on": _("birthday"),
    "city": _("city"),
    "country": _("country"),
    "language": _("language"),
    "segment": _("segment"),
    "account_manager": _("account manager"),
    "acquisition_channel": _("where they came from"),
    "created_at": _("since when they are known"),
}
"""What a survivor may take over from the absorbed, as people say it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do.

    Attributes:
        counts: table -> how many rows each of the ids has in it, in the order of the ids.
        gained: what the survivor lacks and takes over, in words.
    """

    counts: dict[str, list[int]]
    gained: list[str]


def preview_of(surviving_id: str, absorbed_ids: Sequence[str]) -> Preview:
    """What the merge of these customers would do, the survivor first.

    Raises:
        InvalidValue: when they cannot be merged.
    """
    from vernost.store.merges import check_merge

    ids = (surviving_id, *absorbed_ids)
    with reading() as log:
        check_merge(log, surviving_id, absorbed_ids)
        return Preview(counts_of(log, log.tables, ids), _gained(log, ids))


def counts_of(log: "Log", tables: "Mapping[str, ir.Table]", ids: Sequence[str]) -> dict[str, list[int]]:
    """Table of facts -> how many rows each id has in it; tables where none has any are left out.

    Args:
        log: whose engine is asked.
        tables: its tables, as they are read or as they are stored.
        ids: of customers.
    """
    found = {}
    for name, rows in tables.items():
        if "customer_id" in rows.columns and name not in {"customers", "scores"}:
            among = rows.filter(rows.customer_id.isin(list(ids)))
            counted = log.fetch(among.group_by("customer_id").agg(count=among.count())).to_pylist()
            counts = {row["customer_id"]: row["count"] for row in counted}
            if counts:
                found[name] = [counts.get(each, 0) for each in ids]
    return found


def _gained(log: "Log", ids: Sequence[str]) -> list[str]:
    """What the first customer lacks and another has."""
    if "customers" not in log.tables:
        return []
    rows = log.tables["customers"]
    among = log.fetch(rows.filter(rows.customer_id.isin(list(ids))).select("customer_id", *GAINED)).to_pylist()
    known: dict[str, dict[str, Any]] = {row["customer_id"]: row for row in among}
    own, others = known.get(ids[0], {}), [row for name, row in known.items() if name != ids[0]]
    return [
        str(words)
        for column, words in GAINED.items()
        if own.get(column) is None and any(row[column] is not None for row in others)
    ]
