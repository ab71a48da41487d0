"""A log seen through the one table that makes a customer present: subscriptions, orders or events."""

from datetime import date
from typing import TYPE_CHECKING

from vernost.measure.activity import BASES, find_base
from vernost.measure.question import Question
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    from vernost.store.log import Log


def presence(
    log: "Log",
    *,
    asker: str,
    base: str | None = None,
    as_of: date | str | None = None,
    timezone: str | None = None,
) -> tuple[str, Scope]:
    """The table that makes a customer present, and the log as its facts tell it.

    Args:
        log: the customer log.
        asker: who asks, for messages.
        base: the table; by default the weightiest that has rows.
        as_of: the day at whose end the log is looked at; by default that of the last fact of the table.
        timezone: the company's clock; by default that of the log.
    """
    question = Question.ask(as_of=as_of, timezone=timezone)
    table = find_base(Scope(log, question, measure=asker, reads=BASES), base)
    return table, Scope(log, question, measure=asker, reads=(table,))
