"""Messages of the library kept as data, so that each reader reads them in their own language."""

from datetime import date, datetime
from typing import Any

from vernost.glossary import Language
from vernost.messages import Message
from vernost.messages import told as told_in


def packed(text: object) -> Any:
    """A text as data: its sentence and what fills the gaps."""
    if isinstance(text, Message):
        return {"sentence": text.sentence, "values": {name: _value(value) for name, value in text.values.items()}}
    return storable(str(text))


def storable(text: str) -> str:
    r"""A text that every database can keep: a NUL is written as its picture.

    >>> storable("a\0b")
    'a␀b'
    """
    return text.replace("\0", "␀")


def unpacked(data: Any) -> str:
    """The text that was packed."""
    if isinstance(data, dict):
        return Message(data["sentence"], **{name: _restored(value) for name, value in data["values"].items()})
    return str(data or "")


def told(data: Any, language: Language) -> str:
    """The text that was packed, in a language; nothing where nothing was."""
    return told_in(unpacked(data), language)


def _value(value: object) -> Any:
    if isinstance(value, Message):
        return packed(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(each) for each in value]
    if isinstance(value, date):
        return {"at": value.isoformat()}
    return value if isinstance(value, (bool, int, float)) or value is None else storable(str(value))


def _instant(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        return _instant(value["at"]) if "at" in value else unpacked(value)
    return [_restored(each) for each in value] if isinstance(value, list) else value
