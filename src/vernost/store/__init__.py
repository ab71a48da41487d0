"""Keep facts: the customer log in a folder, in PostgreSQL or read by Spark."""

from vernost.store.connection import Store, open_log, open_store
from vernost.store.log import Log
from vernost.store.quality import Finding, check
from vernost.store.receipt import LoadRecord, Receipt, Rehearsal, Tally
from vernost.store.telling import counted, told

__all__ = [
    "Finding",
    "LoadRecord",
    "Log",
    "Receipt",
    "Rehearsal",
    "Store",
    "Tally",
    "check",
    "counted",
    "open_log",
    "open_store",
    "told",
]
