"""What the inbox knows of single customers, told and forgotten."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from vernost.errors import LogBusy
from vernost_web.tracking.inbox import Connection, Inbox, fetched, opened, placeholders
from vernost_web.tracking.place import inbox

PATIENCE, _PAUSE = 600.0, 0.2
"""Seconds to wait for whoever brings events into the log, and between looks."""


def tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    """All events and all that is remembered of the customer of these ids, as plain records."""
    with opened(inbox()) as connection:
        where, values = _theirs(connection, ids)
        events = fetched(connection, f"SELECT * FROM event WHERE {where} ORDER BY number", values)  # noqa: S608 - gaps
        gaps = placeholders(ids)
        facts = fetched(connection, f"SELECT * FROM fact WHERE kind = 'customer' AND id IN ({gaps})", ids)  # noqa: S608
    return [{**each, "body": _decoded(each["body"])} for each in events] + [
        {**each, "fields": json.loads(each["fields"])} for each in facts
    ]


def forget(ids: Sequence[str], pseudonym: str) -> int:
    """Erase all that; orders and subscriptions are remembered under the pseudonym. How many records that were."""
    with _still(inbox()) as here, opened(here) as connection:
        with here.transaction(connection):
            where, values = _theirs(connection, ids)
            gaps = placeholders(ids)
            count = [
                connection.execute(sql, given).rowcount
                for sql, given in (
                    (f"DELETE FROM event WHERE {where}", values),  # noqa: S608 - gaps alone
                    (f"DELETE FROM fact WHERE kind = 'customer' AND id IN ({gaps})", ids),  # noqa: S608
                    (f"DELETE FROM link WHERE customer_id IN ({gaps})", ids),  # noqa: S608
                )
            ]
            count.append(_rename(connection, ids, pseudonym))
        here.give_up_space(connection)
    return sum(count)


def _theirs(connection: Connection, ids: Sequence[str]) -> tuple[str, list[str]]:
    """The condition of events of a customer, and of the visitors who turned out to be them; what fills its gaps."""
    gaps = placeholders(ids)
    named = connection.execute(f"SELECT anonymous_id FROM link WHERE customer_id IN ({gaps})", ids).fetchall()  # noqa: S608
    visitors = [each for (each,) in named]
    where = f"user_id IN ({gaps})"
    if visitors:
        where += f" OR (user_id IS NULL AND anonymous_id IN ({placeholders(visitors)}))"
    return where, [*ids, *visitors]


def _rename(connection: Connection, ids: Sequence[str], pseudonym: str) -> int:
    """Put the pseudonym into what is remembered of a customer's orders and subscriptions; how many there are."""
    # What is remembered is JSON: an id is looked for as text, then as what it is.
    found = [
        (kind, key, fields)
        for each in ids
        for kind, key, text in connection.execute(
            "SELECT kind, id, fields FROM fact WHERE kind <> 'customer' AND fields LIKE ? ESCAPE '\\'", [_pattern(each)]
        ).fetchall()
        if (fields := json.loads(text)).get("customer_id", [""])[0] == each
    ]
    for kind, key, fields in found:
        fields["customer_id"][0] = pseudonym
        connection.execute("UPDATE fact SET fields = ? WHERE kind = ? AND id = ?", [json.dumps(fields), kind, key])
    return len(found)


def _pattern(text: str) -> str:
    kept = json.dumps(text)
    return "%" + kept.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


@contextmanager
def _still(here: Inbox) -> Iterator[Inbox]:
    """The inbox while nobody brings events into the log."""
    limit = time.monotonic() + PATIENCE
    while True:
        with here.alone() as is_alone:
            if is_alone:
                yield here
                return
        if time.monotonic() > limit:
            raise LogBusy("Events are being brought into the log. Try again when that is done.")
        time.sleep(_PAUSE)


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
