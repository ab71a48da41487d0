"""What codes of the made-up company are called in its files."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _all() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("vernost.sources.synthetic") / "labels.toml").read_text("utf-8"))


def label(kind: str, code: str, language: str) -> str:
    """The word for a code; the code itself, spaced, when a preset of one's own made it up.

    >>> label("causes", "moved", "en"), label("causes", "my_own_cause", "ru")
    ('moved away', 'my own cause')
    """
    known = _all()[kind].get(code)
    return known[1 if language == "ru" else 0] if known else code.replace("_", " ")
