"""The door of tracking clients as this installation has it."""

from django.conf import settings

from vernost_web.tracking import queries
from vernost_web.tracking.door import Application, Door
from vernost_web.tracking.keys import KeyRing, Pace
from vernost_web.tracking.place import inbox
from vernost_web.tracking.writing import Writer


def guarded(inside: Application) -> Door:
    """An application behind the door."""
    pace = Pace(settings.CONFIGURATION.web_processes)
    return Door(inside, writer=Writer(inbox()), keys=KeyRing(queries.open_keys), pace=pace)
