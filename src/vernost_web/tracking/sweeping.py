"""What the inbox forgets, and when."""

from vernost_web.tracking.inbox import HOUR, Connection, Inbox, State, opened

DAY = 24 * HOUR
KEPT = {State.BROUGHT: 7 * DAY, State.REFUSED: 30 * DAY, State.HELD: 90 * DAY}
"""How long events stay after they came: those in the log, those that were refused, those of visitors without a name."""

_COUNTED, _AT_ONCE = 90 * DAY, 20_000


def sweep(inbox: Inbox, *, now: int) -> int:
    """Forget what is old; how many events that were."""
    count = 0
    with opened(inbox) as connection:
        for state, kept in KEPT.items():
            while (gone := _sweep_some(inbox, connection, state, now - kept)) > 0:
                count += gone
        with inbox.transaction(connection):
            connection.execute("DELETE FROM tally WHERE hour < ?", [(now - _COUNTED) // HOUR])
            connection.execute("DELETE FROM piece WHERE load IS NOT NULL AND made_at < ?", [now - KEPT[State.BROUGHT]])
    return count


def _sweep_some(inbox: Inbox, connection: Connection, state: State, limit: int) -> int:
    """A part at a time, for whoever writes waits meanwhile."""
    sql = (
        "DELETE FROM event WHERE number IN "
        "(SELECT number FROM event WHERE state = ? AND received_at < ? ORDER BY number LIMIT ?)"
    )
    with inbox.transaction(connection):
        return int(connection.execute(sql, [int(state), limit, _AT_ONCE]).rowcount)
