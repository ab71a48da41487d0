"""From the inbox into the log, piece by piece."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from vernost.schema import TABLES
from vernost_web.company.queries import company
from vernost_web.data.queries import load_number, patiently, reading, store
from vernost_web.identity.actions import suggest
from vernost_web.jobs.kinds import Run
from vernost_web.tracking import commerce, pieces
from vernost_web.tracking.book import Memory, Told
from vernost_web.tracking.inbox import Connection, Inbox, opened
from vernost_web.tracking.models import Source
from vernost_web.tracking.pieces import Piece, Row
from vernost_web.tracking.staging import staged
from vernost_web.tracking.telling import COMPANY, tell


def bring(inbox: Inbox, run: Run) -> int:
    """Bring all that waits into the log; how many events that were. Two at once would fight over it: one gives way."""
    count = 0
    with inbox.alone() as is_alone, opened(inbox) as connection:
        while is_alone and (piece := pieces.next_piece(inbox, connection)):
            run.tell(0)
            told = tell(piece.rows, _memory(connection, piece))
            load = _load(run, piece, told)
            for one, other in sorted(told.hints):
                suggest(one, other)
            pieces.settle(inbox, connection, piece, told.outcome, load)
            count += len(piece.rows)
    return count


def _load(run: Run, piece: Piece, told: Told) -> int:
    """Load what a piece tells, once; the number of the load, or 0 where it tells nothing."""
    if not told.tables:
        return 0
    with staged(told.tables, timezone=company().timezone) as rows:
        receipt = patiently(run, lambda: store().load(rows, loaded_at=timezone.now(), key=piece.key))
    return receipt.load_id


def _memory(connection: Connection, piece: Piece) -> Memory:
    """What is known of those of whom a piece tells."""
    rows = piece.rows
    previous = {str(row["body"].get("previousId")) for row in rows if row["kind"] == "alias"}
    visitors = {row["anonymous_id"] for row in rows if row["anonymous_id"] is not None}
    links = pieces.links(connection, visitors | previous)
    companies = {f"{COMPANY}{row['body']['groupId']}" for row in rows if row["kind"] == "group"}
    users = {row["user_id"] for row in rows if row["user_id"] is not None}
    orders = _named(rows, commerce.ORDERS, commerce.order_id_of)
    subscriptions = _named(rows, commerce.SUBSCRIPTIONS, commerce.subscription_id_of)
    wanted = {"customer": users | previous | companies | set(links.values()), "order": orders}
    facts = {
        (kind, key): fields
        for kind, keys in {**wanted, "subscription": subscriptions}.items()
        for key, fields in pieces.facts(connection, kind, keys).items()
    }
    strangers = {each for each in orders if ("order", each) not in facts}
    return Memory(
        links=links,
        facts=facts,
        customers=frozenset(_of_log("customers", previous)),
        orders=_of_log("orders", strangers),
        sources=dict(Source.objects.values_list("pk", "name")),
        currency=company().currency.upper(),
    )


def _named(
    rows: Sequence[Row], events: Mapping[str, str], id_of: Callable[[Mapping[str, Any]], str | None]
) -> set[str]:
    """Ids that events of some names name."""
    given = (row["body"].get("properties") or {} for row in rows if row["name"].casefold() in events)
    return {found for each in given if (found := id_of(each)) is not None}


def _of_log(table: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    """The rows that the log has under some ids."""
    if not ids or not load_number():
        return {}
    key = TABLES[table].key[0]
    with reading() as log:
        if table not in log.tables:
            return {}
        rows = log.tables[table]
        found = log.fetch(rows.filter(rows[key].isin(sorted(ids)))).to_pylist()
    return {row[key]: row for row in found}
