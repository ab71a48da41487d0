"""A figure to take away: its numbers, or its chart as a picture."""

from vernost.report.document import Figure
from vernost.report.voice import Voice
from vernost_web.metrics import queries as metrics

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
KINDS = metrics.KINDS | PICTURES


def file_of(kind: str, figure: Figure, voice: Voice) -> bytes | None:
    """A figure as a file of a kind; None when there is no such kind, or no chart to picture."""
    from vernost.report.drawing import drawing, picture

    if kind in metrics.KINDS:
        return metrics.file_of(kind, figure.table)
    if kind not in PICTURES or figure.spec is None:
        return None
    return picture(voice, figure.spec) if kind == "png" else drawing(voice, figure.spec).encode()
