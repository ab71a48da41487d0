"""The notation of the grammar files: a written line becomes a function that says it in many ways."""

import re
from collections.abc import Mapping, Sequence

from vernost.errors import InvalidValue
from vernost.sources.synthetic.texts.scene import Lines, Say, Scene

_CLOSING = {"{": "}", "(": ")"}
_NUMBER = re.compile(r"(\d+)\.\.(\d+)(?: (.+))?")
_LITERAL = re.compile(r"[^{}()<>|/]+")
_FEW = 100
"""Up to so many numbers are put into words beforehand."""

Part = str | Say


def say_line(line: str, lists: Mapping[str, Lines]) -> Say:
    """A line of the grammar as a function of the scene.

    >>> from vernost.sources.synthetic.texts.scene import Scene
    >>> greet = say_line("{hello|hi}, I waited <3..3 day/days>", {})
    >>> greet(Scene(draw=lambda: 0.9, thing={}, firm={}, other={}))
    'hi, I waited 3 days'
    """
    part, end = _Reader(line, lists).sequence(0, "")
    if end != len(line):
        raise InvalidValue(
            "The grammar line {line!r} has a stray {sign!r} at place {end}: quote or remove it.",
            line=line,
            sign=line[end],
            end=end,
        )
    return _as_say(part)


class _Reader:
    """Reads one line from left to right; each method returns what it read and where it stopped."""

    def __init__(self, line: str, lists: Mapping[str, Lines]) -> None:
        self.line, self.lists = line, lists

    def sequence(self, at: int, stops: str) -> tuple[Part, int]:
        parts: list[Part] = []
        while at < len(self.line) and self.line[at] not in stops:
            symbol = self.line[at]
            if symbol in _CLOSING:
                part, at = self.group(at)
            elif symbol == "<":
                part, at = self.slot(at)
            else:
                found = _LITERAL.match(self.line, at)
                if not found:
                    break
                part, at = found.group(), found.end()
            parts.append(part)
        return _joined(parts), at

    def group(self, at: int) -> tuple[Part, int]:
        closing = _CLOSING[self.line[at]]
        options: list[Part] = []
        while True:
            option, at = self.forms(at + 1, closing)
            options.append(option)
            if at >= len(self.line):
                raise InvalidValue(
                    "The grammar line {line!r} lacks a closing {closing!r}: add it.", line=self.line, closing=closing
                )
            if self.line[at] == closing:
                return _chosen(options), at + 1

    def forms(self, at: int, closing: str) -> tuple[Part, int]:
        forms: list[Part] = []
        while True:
            form, at = self.sequence(at, f"|/{closing}")
            forms.append(form)
            if at >= len(self.line) or self.line[at] != "/":
                return _agreeing(forms, self.line), at
            at += 1

    def slot(self, at: int) -> tuple[Part, int]:
        end = self.line.find(">", at)
        if end < 0:
            raise InvalidValue("The grammar line {line!r} lacks a closing '>': add it.", line=self.line)
        return _slot(self.line[at + 1 : end], self.lists, self.line), end + 1


def _joined(parts: Sequence[Part]) -> Part:
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    if len(parts) == 1:
        return parts[0]
    fixed = tuple(parts)
    return lambda scene: "".join([part if isinstance(part, str) else part(scene) for part in fixed])


def _as_say(part: Part) -> Say:
    if isinstance(part, str):
        return lambda _scene: part
    return part


def _chosen(options: Sequence[Part]) -> Part:
    count = len(options)
    if count == 1:
        return options[0]
    fixed = tuple(options)

    def say(scene: Scene) -> str:
        option = fixed[int(scene.draw() * count)]
        return option if isinstance(option, str) else option(scene)

    return say


def _agreeing(forms: Sequence[Part], line: str) -> Part:
    if len(forms) == 1:
        return forms[0]
    says = tuple(_as_say(form) for form in forms)
    if len(says) == 2:
        return lambda scene: says[scene.woman](scene)
    if len(says) == 4:
        return lambda scene: says[scene.thing_number](scene)
    raise InvalidValue(
        "The grammar line {line!r} has {count} forms in one place: give two (man/woman) or four.",
        line=line,
        count=len(says),
    )


def _slot(name: str, lists: Mapping[str, Lines], line: str) -> Part:
    if number := _NUMBER.fullmatch(name):
        return _counted(int(number[1]), int(number[2]), (number[3] or "").split("/"))
    if name.startswith("@") and name[1:] in lists:
        return lists[name[1:]].say
    if name in lists:
        return lists[name].say
    if name == "rival":
        return lambda scene: scene.rival
    what, _, form = name.partition(" ")
    form = form or "nom"
    if what == "thing":
        return lambda scene: scene.thing[form]
    if what == "firm":
        return lambda scene: scene.firm[form]
    if what == "other":
        return lambda scene: scene.other[form]
    raise InvalidValue(
        "The grammar line {line!r} has an unknown <{name}>: use thing, firm, other, rival or a list.",
        line=line,
        name=name,
    )


def _counted(low: int, high: int, nouns: Sequence[str]) -> Say:
    """A number and the form of its noun: one day, two days; in Russian one, few or many."""
    count = high - low + 1
    if count > _FEW:
        return lambda scene: _number_said(low + int(scene.draw() * count), nouns)
    said = tuple(_number_said(number, nouns) for number in range(low, high + 1))
    return lambda scene: said[int(scene.draw() * count)]


def _number_said(number: int, nouns: Sequence[str]) -> str:
    return f"{number} {_noun(number, nouns)}".rstrip()


def _noun(number: int, nouns: Sequence[str]) -> str:
    if len(nouns) < 3:
        return nouns[0] if number == 1 else nouns[-1]
    if number % 10 == 1 and number % 100 != 11:
        return nouns[0]
    return nouns[1] if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else nouns[2]
