"""Looking at what was done."""

from django.db.models import QuerySet

from vernost_web.audit.models import Record


def records() -> QuerySet[Record]:
    """All records, the newest first."""
    return Record.objects.select_related("actor")
