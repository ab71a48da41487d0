"""Writing down that numbers were taken away."""

from typing import Any

from django.http import HttpRequest

from vernost_web.audit import actions as audit


def note_export(request: HttpRequest, what: str, kind: str, asked: dict[str, Any]) -> None:
    """Write down an export: what was taken, in which form, by which question."""
    audit.record(
        f"export.{kind}", request=request, thing=what, after={name: str(value) for name, value in asked.items()}
    )
