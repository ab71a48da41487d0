"""Bringing the directory up to the log after each load."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.customers import directory
from vernost_web.jobs.kinds import Run, job
from vernost_web.jobs.queries import is_under_way


@job("customers.gather", title=_("Bring the list of customers up to date"))
def gather(run: Run) -> dict[str, Any]:
    """Bring the directory up to the newest state of the log."""
    return directory.gather(run)


def is_due() -> bool:
    """Whether the log holds newer loads than the directory shows, and nobody is about it."""
    return directory.is_behind() and not is_under_way("customers.gather")
