from typing import ClassVar

from django.db import models
from django.utils import timezone


class Kept(models.Model):
    """What was worked out from one state of the log, kept so that it is never worked out twice.

    Attributes:
        key: of the question, with the state of the log and the version of the program.
        load: number of the load that made the state.
        content: the answer, compressed; empty while one process works it out.
        claimed_until: until when that process may.
        made_at: when it was kept.
        seconds: what it cost to work out.
    """

    key = models.CharField(max_length=64, primary_key=True)
    load = models.PositiveBigIntegerField(db_index=True)
    content = models.BinaryField(null=True)
    claimed_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0.0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.key
