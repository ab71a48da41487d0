"""A rule while it is being made: a tree of parts as a form shows and posts it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vernost.explain.segments.conditions import WORDS, Kind
from vernost.explain.segments.facts import ATTRIBUTES, FACTS, SCORES
from vernost.explain.segments.figures import FIGURES

ROOT = "r"
GROUPS: Mapping[str, tuple[str, bool]] = {
    "all": ("all", False), "any": ("any", False), "none": ("any", True), "not_all": ("all", True),
}  # fmt: skip
"""How parts go together -> the word of rules, and whether it is turned round."""

ASKED: Mapping[str, str] = {"attribute": "attribute", "measure": "measure", "score": "score", "where": "attribute"}
"""Kinds of parts with one condition -> the word of rules that names what is asked."""

NEW: Mapping[str, Mapping[str, str]] = {
    "did": {"fact": "orders"}, "attribute": {"name": "city"}, "measure": {"name": "revenue"},
    "score": {"name": "risk"}, "segment": {}, "group": {"how": "any"}, "where": {},
}  # fmt: skip
"""Kinds of parts that can be added, and how they begin."""

MOST_PARTS = 100
"""Parts that a form may hold."""


@dataclass
class Draft:
    """A part of a rule.

    Attributes:
        kind: group, did, attribute, measure, score, segment, where (a condition of facts), or kept (made elsewhere).
        values: what stands in its controls, by their names.
        parts: of a group, or conditions of facts.
        path: where it stands, by which its controls are named.
    """

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    parts: list["Draft"] = field(default_factory=list)
    path: str = ROOT

    def placed(self, path: str = ROOT) -> "Draft":
        """It and its parts under a path."""
        self.path = path
        self.parts = [part.placed(f"{path}-{place}") for place, part in enumerate(self.parts)]
        return self

    def found(self, path: str) -> "Draft | None":
        """The part at a path."""
        if self.path == path:
            return self
        return next((found for part in self.parts if (found := part.found(path))), None)

    def count(self) -> int:
        """How many parts there are."""
        return 1 + sum(part.count() for part in self.parts)


def kinds_of(draft: Draft, fact: str = "") -> Mapping[str, Kind]:
    """What a part with one condition can ask, and of which kind it is.

    Args:
        draft: the part.
        fact: for a condition of facts, which.
    """
    if draft.kind == "where":
        return FACTS[fact].attributes if fact in FACTS else {}
    if draft.kind == "measure":
        return {name: figure.kind for name, figure in FIGURES.items()}
    return SCORES if draft.kind == "score" else ATTRIBUTES


# -- what a form posts ------------------------------------------------------------------------------------------------


def posted(data: Any) -> Draft:
    """The rule that a form holds.

    Args:
        data: what was posted; names are a path, a dot and the name of a control.
    """
    nodes: dict[str, Draft] = {}
    for key in list(data)[: 20 * MOST_PARTS]:
        path, dot, name = key.partition(".")
        if dot and path.split("-")[0] == ROOT:
            values = data.getlist(key)
            node = nodes.setdefault(path, Draft("", path=path))
            if name == "kind":
                node.kind = values[-1]
            else:
                node.values[name] = values if name == "values" else values[-1]
    for path in sorted(nodes, key=_place):
        parent = nodes.get(path.rpartition("-")[0])
        if parent is not None and nodes[path].kind in {*NEW, "kept"} and len(nodes) <= MOST_PARTS:
            parent.parts.append(nodes[path])
    root = nodes.get(ROOT)
    return root.placed() if root is not None and root.kind == "group" else empty()


def _place(path: str) -> list[int]:
    return [int(part) if part.isdecimal() and len(part) < 6 else 0 for part in path.split("-")[1:]]


def empty() -> Draft:
    """A rule with nothing in it yet."""
    return Draft("group", {"how": "all"}, []).placed()


def carried_out(draft: Draft, wish: str) -> Draft:
    """A rule with a part added or dropped, as a button says it: ``add did r-0`` or ``drop r-0-1``."""
    verb, *words = wish.split(" ")
    if verb == "add" and len(words) == 2 and words[0] in NEW and draft.count() < MOST_PARTS:
        where = draft.found(words[1])
        if where is not None and where.kind == ("did" if words[0] == "where" else "group"):
            where.parts.append(Draft(words[0], dict(NEW[words[0]])))
    elif verb == "drop" and words:
        parent = draft.found(words[0].rpartition("-")[0])
        if parent is not None:
            parent.parts = [part for part in parent.parts if part.path != words[0]]
    return draft.placed()


# -- rules as plain data ----------------------------------------------------------------------------------------------


def written(draft: Draft) -> dict[str, Any]:
    """The rule as plain data; what cannot be read as what it should be is left for the library to refuse."""
    if draft.kind == "group":
        word, is_turned = GROUPS.get(draft.values.get("how", ""), GROUPS["all"])
        return _turned({word: [written(part) for part in draft.parts]}, is_turned=is_turned)
    is_turned = draft.values.get("negated") == "yes"
    if draft.kind == "did":
        return _turned(_did(draft), is_turned=is_turned)
    if draft.kind == "segment":
        return _turned({"segment": draft.values.get("segment", "")}, is_turned=is_turned)
    if draft.kind == "kept":
        return _turned(_kept(draft.values.get("rule", "")), is_turned=is_turned)
    return _turned(_asked(draft, kinds_of(draft)), is_turned=is_turned)


def _turned(rule: dict[str, Any], *, is_turned: bool) -> dict[str, Any]:
    return {"not": rule} if is_turned else rule


def _kept(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _asked(draft: Draft, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    name = draft.values.get("name") or next(iter(kinds), "")
    kind = kinds.get(name, "text")
    chosen = str(draft.values.get("is", ""))
    word = chosen if chosen in WORDS[kind] else next(iter(WORDS[kind]))
    takes = WORDS[kind][word].takes
    found = {ASKED[draft.kind]: name, "is": word}
    one, two = (draft.values.get(each, "") for each in ("value", "value2"))
    if takes == "several":
        found["value"] = draft.values.get("values") or [part.strip() for part in one.split("\n") if part.strip()]
    elif takes == "two":
        found["value"] = [_plain(each, kind) for each in (one, two)]
    elif takes != "nothing":
        found["value"] = _plain(one, "number" if takes == "days" else kind)
    return found


def _did(draft: Draft) -> dict[str, Any]:
    values = draft.values
    fact = values.get("fact", "")
    found: dict[str, Any] = {"did": fact}
    counted, times = values.get("counted", "at_least"), _plain(values.get("times", "") or "1", "number")
    total = values.get("total")
    if total and fact in FACTS and FACTS[fact].attributes.get(total) == "number":
        found["total"] = total
    ends = {"at_least": ["at_least"], "at_most": ["at_most"], "exactly": ["at_least", "at_most"]}
    found |= {"at_most": 0} if counted == "never" else dict.fromkeys(ends.get(counted, ["at_least"]), times)
    if counted == "between":
        found["at_most"] = _plain(values.get("times2", "") or "1", "number")
    span = values.get("span")
    if span == "within_days":
        found["within_days"] = _plain(values.get("days", "") or "90", "number")
    elif span == "between":
        found |= {name: values[name] for name in ("since", "until") if values.get(name)}
    if values.get("turn"):
        found["turn"] = values["turn"]
    kinds = FACTS[fact].attributes if fact in FACTS else {}
    where = [_asked(part, kinds) for part in draft.parts if part.kind == "where"]
    return found | ({"where": where} if where else {})


def _plain(text: str, kind: str) -> Any:
    """A number where one is meant and written; else the text."""
    if kind != "number":
        return text
    try:
        number = float(text.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def draft_of(rule: Mapping[str, Any]) -> Draft:
    """A rule as a form shows it.

    Args:
        rule: as plain data that was read as a rule.
    """
    found = _node(rule)
    return (found if found.kind == "group" else Draft("group", {"how": "all"}, [found])).placed()


def _node(rule: Mapping[str, Any]) -> Draft:
    if "not" in rule:
        return _negated(rule["not"])
    for word in ("all", "any"):
        if word in rule:
            return Draft("group", {"how": word}, [_node(part) for part in rule[word]])
    if "did" in rule:
        return Draft("did", _did_values(rule), [_condition("where", part) for part in rule.get("where", ())])
    if "segment" in rule:
        return Draft("segment", {"segment": rule["segment"]})
    for kind in ("attribute", "measure", "score"):
        if kind in rule:
            return _condition(kind, rule)
    return Draft("kept", {"rule": json.dumps(rule, ensure_ascii=False)})


def _negated(rule: Mapping[str, Any]) -> Draft:
    found = _node(rule)
    if found.kind == "group":
        turned = {"all": "not_all", "any": "none", "none": "any", "not_all": "all"}
        found.values["how"] = turned[found.values["how"]]
        return found
    if found.values.get("negated") == "yes":
        return Draft("group", {"how": "none"}, [found])
    found.values["negated"] = "yes"
    return found


def _condition(kind: str, rule: Mapping[str, Any]) -> Draft:
    values: dict[str, Any] = {"name": rule[ASKED[kind]], "is": rule["is"]}
    given = rule.get("value")
    if isinstance(given, list):
        if rule["is"] == "between":
            values |= {"value": str(given[0]), "value2": str(given[1])}
        else:
            values |= {"value": "\n".join(map(str, given)), "values": [str(each) for each in given]}
    elif given is not None:
        values["value"] = str(given)
    return Draft(kind, values)


def _did_values(rule: Mapping[str, Any]) -> dict[str, Any]:
    least, most = rule.get("at_least"), rule.get("at_most")
    counted = "at_most" if least is None and most is not None else "at_least"
    if least is not None and most is not None:
        counted = "exactly" if least == most else "between"
    times = most if least is None else least
    values = {"fact": rule["did"], "counted": counted, "times": "1" if times is None else str(times)}
    if counted == "between":
        values["times2"] = str(most)
    if counted == "at_most" and most == 0 and "total" not in rule:
        values["counted"] = "never"
    if "within_days" in rule:
        values |= {"span": "within_days", "days": str(rule["within_days"])}
    elif "since" in rule or "until" in rule:
        values |= {"span": "between", "since": rule.get("since", ""), "until": rule.get("until", "")}
    return values | {name: rule[name] for name in ("total", "turn") if rule.get(name)}
