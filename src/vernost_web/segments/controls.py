"""The controls of each part of a rule that is being made: what can be chosen, and what is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from vernost.explain.segments import choice, codes, read_rule, word
from vernost.explain.segments.conditions import WORDS, Kind
from vernost.explain.segments.facts import FACTS
from vernost.explain.segments.words import told
from vernost_web.segments.drafts import Draft, kinds_of
from vernost_web.ui.language import spoken
from vernost_web.ui.slice import Words

Look = Literal["select", "several", "number", "date", "text", "lines", "hidden", "words"]
Option = tuple[str, Any]

HOW: Mapping[str, Words] = {
    "all": _("all of these hold"), "any": _("at least one of these holds"), "none": _("none of these holds"),
    "not_all": _("not all of these hold"),
}  # fmt: skip
COUNTED: Mapping[str, Words] = {
    "at_least": _("at least"), "at_most": _("at most"), "exactly": _("exactly"), "between": _("from … to …"),
    "never": _("never"),
}  # fmt: skip
SPANS: Mapping[str, Words] = {"": _("ever"), "within_days": _("within the last days"), "between": _("between two days")}
TURNS: Mapping[str, Words] = {"": _("all of them"), "first": _("only the first ever"), "last": _("only the last ever")}
NEGATED: Mapping[str, Words] = {"": _("holds"), "yes": _("does not hold")}
KINDS: Mapping[str, Words] = {
    "did": _("What they did"), "attribute": _("Who they are"), "measure": _("Measure of a customer"),
    "score": _("Forecast"), "segment": _("Another segment"), "group": _("Group of conditions"),
    "where": _("of which"), "kept": _("From a number"),
}  # fmt: skip
"""What each kind of part is called."""

_SECTIONS = {"attribute": "attributes", "measure": "figures", "score": "scores", "where": "fact_attributes"}


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a form.

    Attributes:
        name: by which it is posted.
        label: its words.
        look: how it is shown.
        value: what stands in it.
        options: what can be chosen, with its words.
        is_turning: whether another choice asks for other controls.
    """

    name: str
    label: Words
    look: Look
    value: Any = ""
    options: Sequence[Option] = ()
    is_turning: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A part as a form shows it.

    Attributes:
        path: where it stands.
        kind: of the part.
        title: its words.
        controls: in their order.
        parts: within it.
    """

    path: str
    kind: str
    title: Words
    controls: tuple[Control, ...]
    parts: "tuple[Shown, ...]"


def shown(draft: Draft, segments: Sequence[Option], *, fact: str = "") -> Shown:
    """A part with its controls.

    Args:
        draft: the part.
        segments: those that can be mentioned, with their names.
        fact: for a condition of facts, which.
    """
    controls = [Control(f"{draft.path}.kind", "", "hidden", draft.kind), *_controls(draft, segments, fact)]
    if draft.kind not in {"group", "where"}:
        controls.append(_select(draft, "negated", _("This"), NEGATED.items()))
    parts = tuple(shown(part, segments, fact=draft.values.get("fact", "")) for part in draft.parts)
    return Shown(draft.path, draft.kind, KINDS[draft.kind], tuple(controls), parts)


def _controls(draft: Draft, segments: Sequence[Option], fact: str) -> Iterable[Control]:
    match draft.kind:
        case "group":
            return [_select(draft, "how", _("Customers of whom"), HOW.items())]
        case "did":
            return _did(draft)
        case "segment":
            return [_select(draft, "segment", _("Segment"), segments)]
        case "kept":
            text = draft.values.get("rule", "{}")
            return [Control(f"{draft.path}.rule", "", "hidden", text), Control("", "", "words", _kept(text))]
        case _:
            return _asked(draft, kinds_of(draft, fact))


def _kept(text: str) -> str:
    from vernost.errors import VernostError

    try:
        return told(read_rule(text), spoken())
    except VernostError as error:
        return error.told(spoken())


def _did(draft: Draft) -> Iterable[Control]:
    facts = [(name, word("facts", name, spoken())) for name in FACTS]
    yield _select(draft, "fact", _("What"), facts, is_turning=True)
    fact = FACTS.get(draft.values.get("fact", ""), FACTS["orders"])
    numbers = [name for name, kind in fact.attributes.items() if kind == "number" and name != "line"]
    totals: list[Option] = [("", _("how often")), *((name, _total(name)) for name in numbers)]
    yield _select(draft, "total", _("Counted"), totals)
    counted = _select(draft, "counted", _("How much"), COUNTED.items(), is_turning=True)
    yield counted
    if counted.value != "never":
        yield _typed(draft, "times", _("Number"), "number", "1")
    if counted.value == "between":
        yield _typed(draft, "times2", _("up to"), "number", "5")
    span = _select(draft, "span", _("When"), SPANS.items(), is_turning=True)
    yield span
    if span.value == "within_days":
        yield _typed(draft, "days", _("Days"), "number", "90")
    elif span.value == "between":
        yield _typed(draft, "since", _("From"), "date")
        yield _typed(draft, "until", _("To"), "date")
    yield _select(draft, "turn", _("Which"), TURNS.items())


def _total(name: str) -> str:
    return str(_("sum: %(name)s")) % {"name": word("fact_attributes", name, spoken())}


def _asked(draft: Draft, kinds: Mapping[str, Kind]) -> Iterable[Control]:
    names = [(name, word(_SECTIONS[draft.kind], name, spoken())) for name in kinds]
    name = _select(draft, "name", _("What"), names, is_turning=True)
    kind = kinds[name.value]
    words = [(each, choice(each, spoken())) for each in WORDS[kind]]
    if codes(name.value, spoken()):
        words = [pair for pair in words if pair[0] not in {"contains", "starts_with"}]
    asked = _select(draft, "is", _("Condition"), words, is_turning=True)
    yield name
    yield asked
    yield from _values(draft, kind, str(name.value), WORDS[kind][asked.value].takes)


def _values(draft: Draft, kind: Kind, name: str, takes: str) -> Iterable[Control]:
    known = list(codes(name, spoken()).items())
    if takes == "several" and known:
        yield Control(f"{draft.path}.values", _("Values"), "several", draft.values.get("values", []), known)
    elif takes == "several":
        yield _typed(draft, "value", _("Values, one a line"), "lines")
    elif takes == "one" and known:
        yield _select(draft, "value", _("Compared to"), known)
    elif takes != "nothing":
        look: Look = "number" if takes == "days" or kind == "number" else "date" if kind == "day" else "text"
        yield _typed(draft, "value", _("Days") if takes == "days" else _("Compared to"), look)
        if takes == "two":
            yield _typed(draft, "value2", _("up to"), look)


def _select(draft: Draft, name: str, label: Words, options: Iterable[Option], *, is_turning: bool = False) -> Control:
    """A choice; the first where nothing that there is was chosen."""
    found = list(options)
    chosen = draft.values.get(name, "")
    values = [value for value, _words in found]
    value = chosen if chosen in values else next(iter(values), "")
    return Control(f"{draft.path}.{name}", label, "select", value, found, is_turning)


def _typed(draft: Draft, name: str, label: Words, look: Look, default: str = "") -> Control:
    return Control(f"{draft.path}.{name}", label, look, draft.values.get(name) or default)
