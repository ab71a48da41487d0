"""Keep facts: the customer log in a folder, in PostgreSQL or read by Spark."""

from vernost.store.connection import Store, open_log, open_store
from vernost.store.log import Log
from vernost.store.receipt import LoadRecord, Receipt, Tally

__all__ = ["LoadRecord", "Log", "Receipt", "Store", "Tally", "open_log", "open_store"]
