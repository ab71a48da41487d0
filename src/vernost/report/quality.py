"""Findings on the quality of data, in words."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.glossary import Language
from vernost.report.voice import Voice

if TYPE_CHECKING:
    from vernost.store.quality import Finding

_FAMILIES = ("ahead", "backwards", "far_ahead")
"""Codes that begin so share a sentence."""


def sentence(finding: "Finding", language: Language) -> str:
    """A finding of the checks as a sentence; one without words of its own is still named and counted."""
    voice = Voice(language)
    if finding.code == "unfilled":
        return _unfilled(voice, finding)
    gaps = {name: _shown(voice, value) for name, value in finding.values.items()} | {
        "table": voice.say(f"table.{finding.table}"),
        "code": finding.code,
    }
    if finding.share is not None:
        gaps["share"] = voice.formats.small_share(finding.share)
    key = _key(voice, finding)
    if voice.texts.is_counted(key):
        return voice.count(key, finding.count, **gaps)
    return voice.say(key, shown=voice.formats.number(finding.count), **gaps)


def _key(voice: Voice, finding: "Finding") -> str:
    family = next((family for family in _FAMILIES if finding.code.startswith(f"{family}_")), finding.code)
    if f"quality.{family}" in voice.texts:
        return f"quality.{family}"
    return "quality.other" if finding.share is not None else "quality.other_bare"


def _unfilled(voice: Voice, finding: "Finding") -> str:
    """Columns without a value, then those with gaps, the emptiest first."""
    table = voice.say(f"table.{finding.table}")
    words = []
    if finding.count:
        words.append(voice.count("quality.unfilled", finding.count, table=table, columns=finding.values["columns"]))
    partly: Mapping[str, float] = finding.values.get("filled") or {}
    if partly:
        named = [
            f"{name} {voice.formats.share(partly[name])}" for name in sorted(partly, key=lambda name: partly[name])
        ]
        words.append(voice.say("quality.partly", table=table, filled=", ".join(named)))
    return " ".join(words)


def _shown(voice: Voice, value: Any) -> str:
    if isinstance(value, date):
        return voice.formats.day(value)
    return voice.formats.number(value) if isinstance(value, (int, float)) else str(value)
