"""Who in a log was erased from another state of it, as after an old backup was put in its place."""

from typing import TYPE_CHECKING

from vernost.store.connection import place
from vernost.store.erased import Erased, read
from vernost.store.erasing import tables_in
from vernost.store.personal import FATES

if TYPE_CHECKING:
    from vernost.store.log import Log


def erased_from(url: str) -> Erased | None:
    """All who were ever erased from a log, by marks that tell nobody who they were; None when nobody was."""
    where = place(url)
    if where.path is not None:
        return read(where.path)
    from vernost.store.postgres import erased_from as erased_from_postgres

    return erased_from_postgres(url)


def known_again(log: "Log", erased: Erased) -> tuple[str, ...]:
    """Ids in a log of persons who were erased elsewhere."""
    found: set[str] = set()
    for table in tables_in(log.stored):
        for name in FATES[table.name].person:
            ids = log.stored[table.name].select(name).distinct()
            found.update(each for each in log.fetch(ids)[name].to_pylist() if each is not None)
    return tuple(sorted(each for each in found if erased.mark(each) in erased.people))
