"""The door of the slice's own tests, here with engines and clients that are started for it."""

from vernost_web.tracking.tests.conftest import client, inbox, source

__all__ = ["client", "inbox", "source"]
