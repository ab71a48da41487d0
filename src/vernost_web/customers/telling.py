"""The list of customers in words of the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vernost_web.company.queries import voice_of
from vernost_web.customers.columns import Cells, Heading, headings
from vernost_web.customers.models import Care, Customer, Tagging
from vernost_web.ui.language import spoken


@dataclass(frozen=True, slots=True)
class Line:
    """A customer of the list.

    Attributes:
        customer_id: as in the log.
        name: of the customer, for those who may see it.
        cells: of the other columns.
    """

    customer_id: str
    name: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Customers as they are read.

    Attributes:
        headings: of the columns behind the customer.
        lines: customers.
    """

    headings: list[Heading]
    lines: list[Line]


def table_of(rows: Sequence[Customer], names: Sequence[str], *, is_personal: bool) -> Table:
    """Customers with the chosen columns."""
    cells = Cells(voice_of(spoken()), is_personal=is_personal)
    written = beside(rows, names)
    return Table(
        headings(names),
        [
            Line(
                customer_id=row.customer_id,
                name=row.name if is_personal else "",
                cells=[cells.text(row, name, written.get(row.customer_id)) for name in names],
            )
            for row in rows
        ],
    )


def beside(rows: Sequence[Customer], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What people wrote down of customers, by id and column."""
    ids = [row.customer_id for row in rows]
    found: dict[str, dict[str, str]] = {each: {"owner": "", "tags": ""} for each in ids}
    if "owner" in names:
        for care in Care.objects.filter(customer_id__in=ids, owner__isnull=False).select_related("owner"):
            found[care.customer_id]["owner"] = str(care.owner)
    if "tags" in names:
        for customer, tags in _tags(ids).items():
            found[customer]["tags"] = ", ".join(tags)
    return found


def _tags(ids: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for customer, tag in Tagging.objects.filter(customer_id__in=ids).order_by("tag").values_list("customer_id", "tag"):
        found.setdefault(customer, []).append(tag)
    return found
