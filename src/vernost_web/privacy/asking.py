"""Asking for the job that erases, again and again until it is done."""

from typing import Any

from django.utils import timezone

from vernost_web.jobs.actions import ask_for
from vernost_web.privacy.models import Erasure


def ask(erasure: Erasure, *, by: Any) -> None:
    """Have an erasure done; each time that it is asked for it goes on where it was left."""
    key = f"privacy.erase {erasure.pk} {timezone.now().isoformat()}"
    erasure.job = ask_for("privacy.erase", by=by, key=key, erasure=str(erasure.pk)).pk
    erasure.save()
