"""How often a key may ask, the same for all processes: kept in the database as one number a key."""

import math
from dataclasses import dataclass
from time import time

from django.db.models import F, FloatField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from vernost_web.api.models import Key

WINDOW = 60.0
"""Seconds for which the requests of a key are counted."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a key after a request.

    Attributes:
        quota: requests in a window.
        left: requests that may come at once.
        full_in: seconds until all may come at once again.
        wait: seconds until the next one may come; 0 when this one may.
    """

    quota: int
    left: int
    full_in: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says of it."""
        told = {
            "RateLimit-Policy": f'"key";q={self.quota};w={WINDOW:.0f}',
            "RateLimit": f'"key";r={self.left};t={self.full_in}',
        }
        return told | ({"Retry-After": str(self.wait)} if self.wait else {})


def take(key: Key) -> Allowance:
    """Count a request of a key.

    Each request pushes the moment at which all are waited off further away by its share of the window; where that would
    be more than a window away, the request must wait. One statement counts and refuses, so processes need not agree.
    """
    now, share = time(), WINDOW / key.per_minute
    pushed = Greatest(F("free_at"), Value(now, output_field=FloatField())) + share
    free = Key.objects.filter(pk=key.pk, free_at__lte=now + WINDOW - share)
    is_free = free.update(free_at=pushed, used_at=timezone.now())
    free_at = Key.objects.values_list("free_at", flat=True).get(pk=key.pk)
    wait = 0 if is_free else max(1, math.ceil(free_at + share - now - WINDOW))
    left = max(0, int((now + WINDOW - free_at) / share + 1e-6))
    return Allowance(key.per_minute, left, max(0, math.ceil(free_at - now)), wait)
