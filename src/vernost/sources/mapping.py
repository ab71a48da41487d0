"""Which tables of the log a raw table fills, and from which of its columns: guessed from names and contents."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from vernost.errors import InvalidExpression, MissingColumn, UnknownName
from vernost.expressions import columns_of
from vernost.schema import TABLES
from vernost.sources.assignment import best_assignment
from vernost.sources.given import Given
from vernost.sources.kinds import KEPT_OUT_OF_COMPANIONS, KINDS
from vernost.sources.mapped import LEAST_SCORE, Found, Place, SourceMapping, type_of
from vernost.sources.names import EXACT, WEAK, folded, hint_of_source, meanings, synonyms
from vernost.sources.profile import Profile
from vernost.sources.stand_ins import stand_ins

MAX_COLUMNS_FOR_PARTS = 500
"""Wider tables are known by whole names alone."""

_NUMBERED = re.compile(r"(?i)(column|col|field|unnamed|var|столбец|поле|x|v|f)[\s_:]*\d+")
_NOT_A_PERSON = frozenset({"name", "наименование", "название", "компания", "companyname"})


def guess(profile: Profile, given: Given) -> SourceMapping:
    """The likeliest mapping of a raw table; what is given wins over what is guessed."""
    tables = [given.table] if given.table else list(KINDS)
    best = max((_as_table(profile, table, given) for table in tables), key=lambda mapping: mapping.score)
    if given.table and not best.missing:
        best = replace(best, score=max(best.score, LEAST_SCORE))
    return best


def refuse(profile: Profile, mapping: SourceMapping) -> MissingColumn:
    """The error that says what is missing for a source to be read."""
    name = f"{profile.raw.source} ({mapping.table})" if mapping.score > 0 else profile.raw.source
    return MissingColumn(name, mapping.missing[0] if mapping.missing else "ordered_at", profile.raw.columns)


def _as_table(profile: Profile, table: str, given: Given) -> SourceMapping:
    """The raw table read as one table of the log, with its companions."""
    kind = KINDS[table]
    said = dict(_given_places(profile, table, given))
    fixed = {place: found for place, found in said.items() if found.source}
    taken = {found.source for found in fixed.values() if not found.is_expression}
    scores: dict[tuple[Place, str], float] = {}
    for place, source, score in _candidates(profile, table):
        if place not in said and source not in taken:
            scores[place, source] = score
    chosen = best_assignment(scores)
    found = fixed | {
        place: Found(source, min(1.0, scores[place, source]), _why(scores[place, source]))
        for place, source in chosen.items()
    }
    if table == "orders":
        found |= {place: each for place, each in _by_contents(profile, found).items() if place not in said}
    found |= stand_ins(profile, table, found)
    missing = tuple(group[0] for group in kind.needs if not any(_has(found, table, column) for column in group))
    score = _score(profile, table, found, missing)
    return SourceMapping(table, found, missing, score)


def _has(found: Mapping[Place, Found], table: str, column: str) -> bool:
    return any((each, column) in found for each in (table, *(c for c in KINDS[table].companions if c == "order_lines")))


def _why(score: float) -> str:
    return "name" if score >= EXACT else "synonym"


def _given_places(profile: Profile, table: str, given: Given) -> Iterator[tuple[Place, Found]]:
    """Places that the user filled, as far as this source has what fills them."""
    for key, text in given.columns.items():
        wanted, _, column = key.rpartition(".")
        homes = [wanted] if wanted else [table, *KINDS[table].companions]
        home = next((each for each in homes if _is_target(each, column)), None)
        if home is None or home not in (table, *KINDS[table].companions):
            continue
        found = given_found(profile.raw.columns, text)
        if found is not None:
            yield (home, column), found


def _is_target(table: str, column: str) -> bool:
    return column in TABLES[table].names or column in synonyms()[table]


def given_found(columns: tuple[str, ...], text: str) -> Found | None:
    """What a user's text means in a source with these columns; None when it speaks of columns of another source."""
    if not text or text in columns:
        return Found(text, 1.0, "given")
    same = [name for name in columns if name.casefold() == text.casefold()]
    if len(same) == 1:
        return Found(same[0], 1.0, "given")
    try:
        named = columns_of(text)
    except InvalidExpression:
        # A column's name need not be an expression: "Сумма, руб." is none, and another source may have it.
        return None
    known = {name.casefold() for name in columns}
    if not named <= set(columns) and not {name.casefold() for name in named} <= known:
        return None
    return Found(text, 1.0, "given", is_expression=True)


def check_given(given: Given, sources: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse what the user said of columns that no source has."""
    everything = [name for columns in sources.values() for name in columns]
    for source_given in (given, *(section for _, section in given.sections)):
        for text in source_given.columns.values():
            if any(given_found(columns, text) for columns in sources.values()):
                continue
            try:
                unknown = sorted(columns_of(text) - set(everything))
            except InvalidExpression:
                if re.search(r"[-+*/(]", text):
                    raise
                unknown = []
            raise UnknownName("column", unknown[0] if unknown else text, everything)


def _candidates(profile: Profile, table: str) -> Iterator[tuple[Place, str, float]]:
    """Every place that a column may fill by its name and does not contradict by its contents, with how surely."""
    may_be_partial = len(profile.raw.columns) <= MAX_COLUMNS_FOR_PARTS
    for number, each in enumerate((table, *KINDS[table].companions)):
        kept_out = KEPT_OUT_OF_COMPANIONS.get(each, frozenset()) if number else frozenset()
        for source in profile.raw.columns:
            for column, by_name in meanings(source, each, may_be_partial=may_be_partial):
                if column in kept_out or (number and _is_of_main(each, column, source)):
                    continue
                fit = _fit(profile, (each, column), source, by_name)
                if fit > 0:
                    # Among equals the table's own columns come before those of its companions.
                    yield (each, column), source, by_name * fit * (1 - 0.02 * number)


def _is_of_main(companion: str, column: str, source: str) -> bool:
    return companion == "customers" and column == "name" and folded(source) in _NOT_A_PERSON


def _fit(profile: Profile, place: Place, source: str, by_name: float) -> float:
    """How well the contents of a column agree with a place: 1 fully, 0 not at all."""
    if by_name >= EXACT or not profile.cells(source):
        return 1.0
    share = _share_that_fits(profile, place, source, is_sure=by_name > WEAK)
    return 0.0 if share < 0.5 else 0.6 + 0.4 * share


def _share_that_fits(profile: Profile, place: Place, source: str, *, is_sure: bool) -> float:
    type_, column = type_of(place), place[1]
    if type_ in ("instant", "date"):
        look = profile.dates(source)
        return look.share if is_sure else look.strong_share
    if type_ == "boolean":
        return profile.share_of(source, "flag")
    if column == "refund_amount" and profile.share_of(source, "flag") == 1:
        return 0.0
    if type_ in ("money", "number", "integer"):
        return profile.numbers(source).share if profile.dates(source).strong_share < 0.9 else 0.0
    if column in ("email", "phone"):
        return profile.share_of(source, column)
    if profile.dates(source).strong_share > 0.9 and profile.dates(source).form != "compact":
        return 0.0
    if column.endswith("_id") and not is_sure:
        return profile.share_of(source, "code")
    return 1.0


def _by_contents(profile: Profile, found: Mapping[Place, Found]) -> dict[Place, Found]:
    """Columns of orders in a file without a header, told by what they hold."""
    free = [name for name in profile.raw.columns if _NUMBERED.fullmatch(name)]
    if len(free) < len(profile.raw.columns) or ("orders", "ordered_at") in found:
        return {}
    free = [name for name in free if name not in {each.source for each in found.values()}]
    dated = next((name for name in free if profile.dates(name).strong_share > 0.9), None)
    if dated is None:
        return {}
    guessed = {("orders", "ordered_at"): Found(dated, 0.5, "contents")}
    rest = [name for name in free if name != dated]
    person = next((n for n in rest if profile.share_of(n, "code") > 0.9 and 0 < profile.repeats(n) < 0.999), None)
    if person is not None and ("orders", "customer_id") not in found:
        guessed["orders", "customer_id"] = Found(person, 0.4, "contents")
    money = [n for n in rest if n != person and profile.numbers(n).share > 0.9 and profile.numbers(n).decimal]
    if money and ("orders", "amount") not in found:
        guessed["orders", "amount"] = Found(money[-1], 0.4, "contents")
    return guessed


def _score(profile: Profile, table: str, found: Mapping[Place, Found], missing: tuple[str, ...]) -> float:
    """How much speaks for a table: what it needs, what marks it, what else fits, and the source's own name."""
    kind = KINDS[table]
    needed = {column for group in kind.needs for column in group}
    total = 0.0
    for (home, column), each in found.items():
        if home not in (table, "order_lines"):
            continue
        # Names that are right only for want of better ones say little about the table.
        is_weak = each.why == "synonym" and each.confidence <= WEAK
        confidence = 2.0 if each.why == "given" else each.confidence * (0.4 if is_weak else 1.0)
        weight = 1.0 if column in needed else 0.4
        total += confidence * (weight + (0.6 if column in kind.marks else 0.0))
    total += 1.2 if hint_of_source(profile.raw.source, table) else 0.0
    total -= 1.5 * len(missing)
    identity = found.get((table, "customer_id"))
    if table == "customers" and identity is not None and not identity.is_expression:
        total -= 4.0 * profile.repeats(identity.source) + (0.7 if _has_amount(profile) else 0.0)
    return total


def _has_amount(profile: Profile) -> bool:
    """Whether a column is surely the amount of an order: people have none, however few of them bought twice."""
    place = ("orders", "amount")
    return any(
        column == "amount" and score > WEAK and _fit(profile, place, source, score) > 0
        for source in profile.raw.columns
        for column, score in meanings(source, "orders", may_be_partial=False)
    )
