"""Erasing a person everywhere, step by step; each step can be done again, so whatever stopped it, it is finished."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from vernost.messages import Message
from vernost_web.data import actions as data
from vernost_web.data.queries import close_logs, patiently, store
from vernost_web.jobs.kinds import Run
from vernost_web.privacy import traces
from vernost_web.privacy.models import Erasure
from vernost_web.privacy.person import Person
from vernost_web.privacy.places import TRACES, keepings, titles, titles_of_table
from vernost_web.reports import actions as reports

IN_LOG = Message("Erasing in the log")
ELSEWHERE = Message("Erasing elsewhere")
SPACE = Message("Giving the space up")


def erase(run: Run, erasure: Erasure) -> None:
    """Erase a person from the log, from all slices, from wherever traces are; then give the space of all that up."""
    person = Person.from_json(erasure.seen())
    run.tell(0.05, IN_LOG)
    _from_log(run, erasure, person)
    run.tell(0.6, ELSEWHERE)
    for name, each in keepings():
        erasure.note(name, titles(each.title), each.forget(person.ids, erasure.pseudonym))
    erasure.note("files", titles(_("Files that were brought in")), data.forget_telling(person.is_in))
    erasure.note("reports", titles(_("Reports that were made")), reports.forget_telling(person.is_in))
    erasure.note("traces", titles(TRACES), traces.erase(person, erasure.pseudonym))
    run.tell(0.9, SPACE)
    give_up_space()


def _from_log(run: Run, erasure: Erasure, person: Person) -> None:
    close_logs()
    receipt = patiently(
        run,
        lambda: store().erase(
            person.ids, at=erasure.asked_at, contacts=person.contacts, key=erasure.key, pseudonym=erasure.pseudonym
        ),
    )
    for tally in receipt.tallies:
        erasure.note(f"log-{tally.table}", titles_of_table(tally.table), tally.read)


def give_up_space() -> None:
    """Let the database forget the bytes of what was deleted or replaced."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("SET lock_timeout = '30s'")
            for name in connection.introspection.table_names(cursor):
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(name)}")
            cursor.execute("RESET lock_timeout")
