"""How long each customer of a log has been under contract, as of a day."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Literal

from vernost.errors import InvalidValue
from vernost.measure.lifetime import IN_TURN, contracts, gathered, runs
from vernost.measure.periods import day_number
from vernost.measure.question import Question
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.store.log import Log

RUNS = ("last", "all")


def contract_durations(
    log: "Log",
    as_of: date | str | None = None,
    *,
    grace_days: int = 1,
    runs_of: Literal["last", "all"] = "last",
    covariates: Iterable[str] = (),
    where: str | None = None,
) -> "pa.Table":
    """How long customers have been under contract as of the end of a day, in days.

    Contracts of a customer that overlap or follow each other within the grace make one run; a run that began again
    later than that is another one. An end that lies after ``as_of`` is not known yet. Who ended less than the grace ago
    may still come back, and counts as staying up to that end.

    Args:
        log: the log.
        as_of: the day; that of the last fact by default.
        grace_days: the most days from the end of a contract to the next one for a customer who has not left.
        runs_of: 'last' for one row a customer, to score; 'all' for each run by itself, to learn from.
        covariates: attributes of the customer, or of the run's first contract, to put beside it.
        where: the customers and contracts that count.

    Returns:
        Columns customer_id, run (from 1), started_on, duration, event (1 for who has left), followed (days from the
        start to ``as_of``), and the covariates; a row a run, in the order of the first two.

    >>> from vernost import Log
    >>> log = Log.wrap(subscriptions={
    ...     "customer_id": ["ann", "ann", "bob"], "plan": ["s", "m", "s"], "monthly_price": [9, 19, 9],
    ...     "started_at": ["2024-01-01", "2024-02-01", "2024-01-11"], "ended_at": ["2024-02-01", None, "2024-01-31"]})
    >>> rows = contract_durations(log, "2024-03-01").to_pylist()
    >>> [(row["customer_id"], row["duration"], row["event"]) for row in rows]
    [('ann', 60, 0), ('bob', 20, 1)]
    """
    lives = contract_lives(log, as_of, grace_days=grace_days, runs_of=runs_of, covariates=covariates, where=where)
    return log.fetch(lives.order_by("customer_id", "run"))


def contract_lives(
    log: "Log",
    as_of: date | str | None = None,
    *,
    grace_days: int = 1,
    runs_of: Literal["last", "all"] = "last",
    covariates: Iterable[str] = (),
    where: str | None = None,
) -> "ir.Table":
    """What `contract_durations` gives, left in the engine."""
    if grace_days < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="grace_days", value=grace_days)
    if runs_of not in RUNS:
        raise InvalidValue("{name} is {value!r}, must be one of {known}.", name="runs_of", value=runs_of, known=RUNS)
    question = Question.ask(as_of=as_of, cut=covariates, where=where)
    scope = Scope(log, question, measure="contract_durations", reads=("subscriptions",))
    lives = _runs(scope, grace_days)
    if runs_of == "last":
        lives = _last_of_customer(lives)
    return _counted(scope, lives, grace_days)


def _runs(scope: Scope, grace_days: int) -> "ir.Table":
    """One row a customer and run: ``started_on``, ``start_``, ``stop_`` (beyond any day for now), covariates."""
    rows = runs(contracts(scope, cut=()), grace_days=grace_days)
    ends = {"started_on": rows.local.date().min(), "start_": rows.start_.min(), "stop_": rows.reach_.max()}
    return gathered(scope, rows, "subscriptions", ["customer_id", "run_"], IN_TURN, **ends)


def _last_of_customer(lives: "ir.Table") -> "ir.Table":
    import ibis

    turn = ibis.window(group_by="customer_id")
    return lives.mutate(last_=lives.run_.max().over(turn)).filter(lambda t: t.run_ == t.last_)


def _counted(scope: Scope, lives: "ir.Table", grace_days: int) -> "ir.Table":
    import ibis

    today = day_number(scope.as_of)
    has_left = lives.stop_ + grace_days <= today
    return lives.select(
        "customer_id",
        run=lives.run_.cast("int64"),
        started_on=lives.started_on,
        duration=ibis.least(lives.stop_, today) - lives.start_,
        event=has_left.cast("int32"),
        followed=today - lives.start_,
        **{name: lives[name] for name in scope.question.cut},
    )
