"""One front door: look at a company, try what fits it, keep the best; say who leaves, when, and what they bring."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.messages import Message
from vernost.predict.backtest import Standing, back_test
from vernost.predict.business import Business, TooThin, find_business
from vernost.predict.candidates import PROCESSES, Candidate, roster
from vernost.predict.candidates.classifier import features_of
from vernost.predict.card import ModelCard, draw_up
from vernost.predict.features.catalogue import catalogue
from vernost.predict.histories import pasts_of
from vernost.predict.leakage import find_leaks
from vernost.predict.origins import origins
from vernost.predict.outlook import YEAR, ContractOutlook, PurchaseOutlook, contract_outlook, purchase_outlook
from vernost.predict.parts import parts
from vernost.predict.prices import yearly_changes
from vernost.predict.processes.drift import DriftCorrection
from vernost.predict.processes.process import PurchaseProcess
from vernost.predict.scorer import FOREMOST, Bands, Scorer
from vernost.predict.snapshot import Snapshot, customers_as_of, now, spending_of, take, with_revenue

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.store.log import Log

MOST_ROWS = 40_000
"""Customers of each day that are learnt from; more would move a risk by less than it is uncertain by."""

TRIALS = 3
"""Days on which candidates are tried."""

BATCH = 100_000
"""Customers scored at a time."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Forecast:
    """What was learnt of a company: it scores customers, and its card says how far it can be trusted.

    Attributes:
        business: how customers come and go.
        scorer: scores customers.
        card: which model was chosen, why, and how well it did.
    """

    business: Business
    scorer: Scorer
    card: ModelCard

    def scores(self, log: "Log") -> "pa.Table":
        """Scores of all customers who are present, the most revenue at risk first."""
        import pyarrow as pa

        return pa.concat_tables(self.batches(log, sort=True)).sort_by(FOREMOST)

    def batches(self, log: "Log", *, size: int = BATCH, sort: bool = False) -> "Iterator[pa.Table]":
        """The same in batches, so that memory does not grow with the number of customers.

        There is always one, which has the columns, also when there are no customers.

        Args:
            log: the log.
            size: customers of a batch.
            sort: by the customers' ids, so that the same log gives the same bytes: the last digits of a score depend
                on its neighbours.
        """
        known = self.known(log)
        return self._scored(log, known.order_by("customer_id") if sort else known, size)

    def _scored(self, log: "Log", table: "ir.Table", size: int) -> "Iterator[pa.Table]":
        import pyarrow as pa

        if log.engine == "pyspark":
            yield from _by_executors(log, table, self.scorer)
            return
        yield self.scorer.score(table.schema().to_pyarrow().empty_table())
        for part in parts(log, self.business.base):
            for batch in log.connection.to_pyarrow_batches(part.of(table), chunk_size=size):
                yield self.scorer.score(pa.Table.from_batches([batch]))

    def known(self, log: "Log") -> "ir.Table":
        """What is known of each customer as of the day of the forecast; lazy."""
        return with_revenue(log, self.business, customers_as_of(log, self.business, self.business.as_of))


def fit(
    log: "Log",
    *,
    as_of: date | None = None,
    days: int | None = None,
    seed: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
) -> Forecast:
    """Learn who leaves from a log.

    The business (contracts, or purchases that just stop coming) and the amount of data say which models may be tried.
    Each is tried on days of which it is known what came, having learnt from earlier days alone; the one with the
    lowest log loss wins, unless its lead is unsteady. Then it learns from all days, its settings looked for anew.

    Args:
        log: the customer log.
        as_of: the day to predict from; by default that of the last fact.
        days: within how many days customers may leave; by default the company's own lapse window, with contracts 30.
        seed: of what is drawn by chance.
        threads: that may be used.
        progress: hears what is being done and the share that is done.

    Raises:
        TooThin: there are too few customers, days, repeat orders or departures; it says how many are missing.
    """
    from threadpoolctl import threadpool_limits

    # Matrices are small here: more threads would only wait for each other, which costs most on a busy machine.
    with threadpool_limits(threads, "blas"):
        return _fit(log, as_of, days, seed, threads, progress or (lambda _what, _share: None))


def _fit(log: "Log", as_of: date | None, days: int | None, seed: int, threads: int, hear: Progress) -> Forecast:
    business = find_business(log, as_of=as_of, days=days)
    business.check_enough()
    hear("features", 0.0)
    snapshots = _snapshots(log, business, hear)
    announced = [name for name, feature in catalogue().items() if feature.is_announced]
    leaks = find_leaks(features_of(snapshots[-1].frame), snapshots[-1].left, announced=announced)
    knowing = [leak.column for leak in leaks]
    snapshots = [each.without(knowing) for each in snapshots]
    makers = makers_of(business, snapshots, seed, threads)
    standings = back_test(
        makers, snapshots, most_trials=TRIALS, progress=lambda what, share: hear(what, 0.4 + 0.5 * share)
    )
    present = now(log, business).without(knowing)
    hear("model", 0.9)
    bands = Bands.around(_rate(snapshots), business.window)
    card = draw_up(business, snapshots, standings, leaks, bands, drift=_drift(log, business, standings))
    scorer = Scorer(
        # Made anew: what the trials searched for on early days would keep weights too small for all of them.
        model=makers_of(business, snapshots, seed, threads)[standings[0].name]().learn(snapshots, present),
        outlook=_outlook(log, business, standings, present),
        bands=bands,
        as_of=business.as_of,
        days=business.days,
        name=standings[0].name,
        version=_version(card),
    )
    return Forecast(business, scorer, card)


def _by_executors(log: "Log", table: "ir.Table", scorer: Scorer) -> "Iterator[pa.Table]":
    """Scores that Spark's executors make where the rows are; batches of them travel."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    def scored(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        for batch in batches:
            yield from scorer.score(pa.Table.from_batches([batch])).to_batches()

    empty = scorer.score(table.schema().to_pyarrow().empty_table())
    rows = log.connection.raw_sql(log.connection.compile(table))
    made = rows.mapInArrow(scored, from_arrow_schema(empty.schema))
    yield made.toArrow()


def _snapshots(log: "Log", business: Business, hear: Progress) -> list[Snapshot]:
    days = origins(log, business.days, base=business.base, as_of=business.as_of)
    found = []
    for place, day in enumerate(days):
        hear(f"features {day}", 0.4 * place / len(days))
        snapshot = take(log, business, day, most=MOST_ROWS)
        if len(snapshot):
            found.append(snapshot)
    if len(found) < 2:
        raise TooThin([(Message("days of which it is known who left"), len(found), 2)])
    return found


def makers_of(
    business: Business, snapshots: list[Snapshot], seed: int, threads: int
) -> Mapping[str, Callable[[], Candidate]]:
    """Candidates by what can be learnt before the first day that is tried."""
    earliest = snapshots[-1].as_of
    learnt = [each.left for each in snapshots if each.known_on <= earliest and each.left is not None]
    left = int(sum(each.sum() for each in learnt))
    stayed = sum(len(each) for each in learnt) - left
    columns = set(snapshots[-1].frame.column_names)
    return roster(business, columns=columns, left=left, stayed=stayed, seed=seed, threads=threads)


def _outlook(
    log: "Log", business: Business, standings: list[Standing], present: Snapshot
) -> PurchaseOutlook | ContractOutlook | None:
    """What tells what is to come: the process that did best, or lifetimes; with events alone nothing."""
    if business.base == "subscriptions":
        return contract_outlook(present, yearly_changes(log, business))
    if present.population is None:
        return None
    return purchase_outlook(_process(standings).fit(present.population()), spending_of(log, business))


def _process(standings: list[Standing]) -> PurchaseProcess:
    """The purchase process that did best."""
    return next(PROCESSES[each.name] for each in standings if each.name in PROCESSES)()


def _drift(log: "Log", business: Business, standings: list[Standing]) -> float | None:
    """What totals of orders are multiplied by, as earlier forecasts teach; None where no process foretells orders."""
    if business.base != "orders":
        return None
    try:
        return DriftCorrection(_process(standings)).fit(pasts_of(log, business.as_of, horizon=YEAR)).factor_
    except InvalidValue:
        return None


def _version(card: ModelCard) -> str:
    """A short name of what was learnt, the same for the same log and settings."""
    return hashlib.sha256(card.to_json().encode()).hexdigest()[:12]


def _rate(snapshots: list[Snapshot]) -> float:
    """Share of customers who left, over all days, as the base rate tells it: with half a customer more on each side."""
    left = sum(float(each.left @ each.weight) for each in snapshots if each.left is not None)
    total = sum(float(each.weight.sum()) for each in snapshots)
    return (left + 0.5) / (total + 1)
