"""A preset as the TOML that `load_preset` reads, so that a fitted one can be kept and changed by hand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from vernost.sources.synthetic.preset import Named, Preset


def preset_text(preset: Preset) -> str:
    """The preset as TOML; what each number means is said in the comments of the package's own presets."""
    return "\n".join(_table(preset, "")).strip() + "\n"


def _table(value: Any, path: str) -> Iterator[str]:
    """A record or mapping: its plain values first, as TOML wants it, then its tables."""
    items = [(name, told) for name, told in _items(value) if not _is_table(told)]
    tables = [(name, told) for name, told in _items(value) if _is_table(told)]
    for name, told in items:
        yield f"{name} = {_plain(told)}"
    for name, told in tables:
        place = f"{path}.{name}" if path else name
        if isinstance(told, tuple):
            for each in told:
                yield f"\n[[{place}]]"
                yield from _table(each, place)
        else:
            yield f"\n[{place}]"
            yield from _table(told, place)


def _items(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(_quoted(str(name)), told) for name, told in value.items()]
    return [(field.name, getattr(value, field.name)) for field in fields(value)]


def _is_table(value: Any) -> bool:
    if isinstance(value, tuple):
        return bool(value) and _is_table(value[0])
    return isinstance(value, Mapping) or (is_dataclass(value) and not isinstance(value, Named))


def _plain(value: Any) -> str:
    if isinstance(value, Named):
        return f"{{en = {_quoted(value.en)}, ru = {_quoted(value.ru)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(_plain(each) for each in value)}]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool | int):
        return str(value).lower()
    return repr(float(value))


def _quoted(text: str) -> str:
    r"""A text in quotes; its escapes are those of JSON, which leaves one sign alone that TOML does not allow.

    >>> print(_quoted('a "b"'))
    "a \"b\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
