"""The typed table of a source: each cell is read once, and each row has its verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.sources.cells import NAMES_OF_KINDS, CellForm, CellSql, cell_sql, cleaned_sql
from vernost.sources.mapped import Found, Place, SourceMapping, column_of, type_of
from vernost.sources.notes import Note
from vernost.sources.profile import Profile
from vernost.sources.staging import LINE, new_relation, quote_name, quote_text

if TYPE_CHECKING:
    import duckdb

STRICT = frozenset(
    {
        ("orders", "amount"),
        ("orders", "refund_amount"),
        *(("order_lines", name) for name in ("quantity", "unit_price", "line_amount")),
    }
)
"""Places where a blank may stand but never a mistake: a lost amount would be lost money."""

DERIVED = frozenset(
    {("subscriptions", "plan"), ("subscriptions", "monthly_price"), ("order_lines", "quantity")}
    | {("order_lines", "unit_price"), ("order_lines", "product_id"), ("answers", "survey"), ("answers", "question")}
    | {("reviews", "platform"), ("contacts", "assigned_at"), ("contacts", "channel")}
)
"""Required places that something else can fill where they are blank."""

_SET_ASIDE = "set aside:"
_GOOD = f"_verdict IS NULL OR prefix(_verdict, '{_SET_ASIDE}')"
"""A row's verdict is null, or names the cells set aside, or is JSON with the reason why it is rejected and the row."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A source's rows as values, in one table of the engine.

    Attributes:
        relation: the table; its columns are ``v0``, ``v1`` ..., ``extra``, ``_hash`` and ``_line``.
        values: place -> its column there.
        rejected: relation of the rows that could not be read, in the shape of ``Reading.rejected``.
        last_line: the greatest ``_line``.
        notes: what was set aside.
        extra: the source's columns that the log has no place for.
        extra_sql: SQL of them as JSON text.
    """

    relation: str
    values: Mapping[Place, str]
    rejected: str
    last_line: int
    notes: tuple[Note, ...]
    extra: tuple[str, ...]
    extra_sql: str


def type_rows(
    connection: "duckdb.DuckDBPyConnection",
    profile: Profile,
    mapping: SourceMapping,
    forms: Mapping[Place, CellForm],
    *,
    relation: str,
    types: Mapping[str, str],
) -> Typed:
    """Read all cells of a source into a typed table.

    Args:
        connection: the staging engine.
        profile: the raw table and what its cells look like.
        mapping: what fills the log.
        forms: how the cells of each place are written.
        relation: the raw table, or a view of it that has the columns computed by the user's expressions too.
        types: type of each of its columns.
    """
    query = _Query(profile, mapping, forms, types)
    table = new_relation(connection)
    is_hashed = needs_hash(mapping)
    connection.execute(f"CREATE TEMP TABLE {quote_name(table)} AS {query.sql(relation, is_hashed=is_hashed)}")
    rejected = new_relation(connection)
    connection.execute(
        f"CREATE TEMP VIEW {quote_name(rejected)} AS SELECT {quote_text(mapping.table)} AS table_name,"  # noqa: S608
        f" {quote_text(profile.raw.source)} AS source, {LINE} AS line, _verdict ->> '$.reason' AS reason,"
        f" _verdict ->> '$.raw' AS raw FROM {quote_name(table)} WHERE NOT ({_GOOD})"
    )
    row = connection.execute(f"SELECT max({LINE}) FROM {quote_name(table)}").fetchone()  # noqa: S608
    values = dict(query.values)
    return Typed(
        relation=_accepted(connection, table, is_hashed=is_hashed),
        values=values,
        rejected=rejected,
        last_line=0 if row is None or row[0] is None else int(row[0]),
        notes=tuple(_set_aside(connection, table, profile.raw.source)),
        extra=query.extra,
        extra_sql="extra" if query.keeps_extra else "CAST(NULL AS VARCHAR)",
    )


def needs_hash(mapping: SourceMapping) -> bool:
    """Whether rows are to be known by their contents, for want of a key."""
    key = "response_id" if mapping.table == "answers" else TABLES[mapping.table].key[0]
    return mapping.table not in ("customers", "order_lines", "competitors") and not mapping.has(key)


def _accepted(connection: "duckdb.DuckDBPyConnection", table: str, *, is_hashed: bool) -> str:
    """A view of the good rows; twins, rows of one content, are numbered where content is all that tells rows apart."""
    view = new_relation(connection)
    name, source = quote_name(view), quote_name(table)
    if not is_hashed:
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {source} WHERE {_GOOD}")  # noqa: S608
        return view
    twins = quote_name(new_relation(connection))
    connection.execute(
        f"""CREATE TEMP TABLE {twins} AS SELECT {LINE} AS line, number FROM (
              SELECT {LINE}, row_number() OVER (PARTITION BY _hash ORDER BY {LINE}) AS number FROM {source}
              WHERE ({_GOOD}) AND _hash IN (
                SELECT _hash FROM {source} WHERE ({_GOOD}) GROUP BY _hash HAVING count(*) > 1))
            WHERE number > 1"""  # noqa: S608
    )
    connection.execute(
        f"""CREATE TEMP VIEW {name} AS
            SELECT rows.* REPLACE (CASE WHEN number IS NULL THEN _hash ELSE _hash || '-' || number END AS _hash)
            FROM {source} AS rows LEFT JOIN {twins} AS twins ON twins.line = rows.{LINE} WHERE ({_GOOD})"""  # noqa: S608
    )
    return view


def _set_aside(connection: "duckdb.DuckDBPyConnection", table: str, source: str) -> Iterable[Note]:
    names = f"unnest(string_split(_verdict[{len(_SET_ASIDE) + 1}:], ','))"
    counts = connection.execute(
        f"""SELECT place, count(*) FROM (SELECT {names} AS place FROM {quote_name(table)}
            WHERE prefix(_verdict, '{_SET_ASIDE}')) GROUP BY place ORDER BY place"""  # noqa: S608
    ).fetchall()
    return [Note("set_aside", source=source, count=count, column=place) for place, count in counts]


class _Query:
    """The one SELECT that reads a source, built in layers: raw cells, clean texts, helpers, values, verdict."""

    def __init__(
        self, profile: Profile, mapping: SourceMapping, forms: Mapping[Place, CellForm], types: Mapping[str, str]
    ) -> None:
        self._profile, self._mapping, self._types = profile, mapping, types
        self._number = {name: number for number, name in enumerate(types) if name != LINE}
        self._places = list(mapping.found)
        self._cells: dict[Place, CellSql] = {}
        for number, (place, found) in enumerate(mapping.found.items()):
            self._cells[place] = cell_sql(
                f"p{number}",
                self._text(found),
                column_of(place),
                forms.get(place, CellForm()),
                raw=f"s{self._number[found.source]}",
                type_=types[found.source],
            )
        has_lines = mapping.has_lines(profile)
        used = {found.source for place, found in mapping.found.items() if has_lines or place[0] != "order_lines"}
        self.extra = tuple(name for name in profile.raw.columns if name not in used)
        self.values = {place: f"v{number}" for number, place in enumerate(self._places)}

    def _text(self, found: Found) -> str:
        return f"t{self._number[found.source]}"

    def sql(self, relation: str, *, is_hashed: bool) -> str:
        columns = self._number.items()
        cells = ", ".join(f"{quote_name(name)} AS s{number}" for name, number in columns)
        texts = ", ".join(f"{cleaned_sql(f's{number}', self._types[name])} AS t{number}" for name, number in columns)
        helpers = "".join(
            f", {sql} AS {quote_name(name)}" for cell in self._cells.values() for name, sql in cell.parsed.items()
        )
        values = "".join(f", {self._cells[place].value} AS {name}" for place, name in self.values.items())
        kept = "".join(f", {name}" for name in self.values.values())
        content = ", ".join(f"coalesce(t{self._number[name]}, chr(30))" for name in self._profile.raw.columns)
        hashed = f", md5(concat_ws(chr(31), {content})) AS _hash" if is_hashed else ""
        layers = f"(SELECT {LINE}, {cells} FROM {quote_name(relation)})"  # noqa: S608
        layers = f"(SELECT *, {texts} FROM {layers})"  # noqa: S608
        layers = f"(SELECT *{helpers} FROM {layers})"  # noqa: S608
        layers = f"(SELECT *{values} FROM {layers})"  # noqa: S608
        layers = f"(SELECT *, {self._reason()} AS _reason, {self._bad()} AS _bad FROM {layers})"  # noqa: S608
        extra = f", {self._extra()} AS extra" if self.keeps_extra else ""
        return f"SELECT {LINE}{kept}{extra}{hashed}, {self._verdict()} AS _verdict FROM {layers}"  # noqa: S608

    @property
    def keeps_extra(self) -> bool:
        """Whether a row may have something beside the log's columns."""
        return bool(self.extra or self._soft())

    def _verdict(self) -> str:
        rejected = f"CAST(json_object('reason', _reason, 'raw', {self._object(self._profile.raw.columns)}) AS VARCHAR)"
        return (
            f"CASE WHEN _reason IS NOT NULL THEN {rejected}"
            f" WHEN _bad IS NOT NULL THEN {quote_text(_SET_ASIDE)} || _bad END"
        )

    def _beside(self) -> str:
        """What the log has no column for, as JSON; an object or a list written out in a cell is itself there."""
        if not self.extra:
            return "NULL"
        texts = {name: f"t{self._number[name]}" for name in self.extra}
        nested = ", ".join(f"{quote_text(name)}, {_nested_sql(text)}" for name, text in texts.items())
        # Asked of all cells of a row at once: asked of each by itself it would cost three times as much.
        has_nested = " OR ".join(f"prefix({text}, '{{') OR prefix({text}, '[')" for text in texts.values())
        return (
            f"CASE WHEN {has_nested} THEN CAST(json_object({nested}) AS VARCHAR)"
            f" WHEN COALESCE({', '.join(texts.values())}) IS NOT NULL THEN {self._object(self.extra)} END"
        )

    def _object(self, names: Iterable[str]) -> str:
        pairs = ", ".join(f"{quote_text(name)}, t{self._number[name]}" for name in names)
        return f"CAST(json_object({pairs}) AS VARCHAR)" if pairs else "'{}'"

    def _is_wrong(self, place: Place) -> str:
        cell, text = self._cells[place], self._text(self._mapping.found[place])
        return f"({text} IS NOT NULL AND {self.values[place]} IS NULL AND NOT ({cell.is_void}))"

    def _reason(self) -> str:
        """Why a row cannot be taken: a required value that is missing, or one that is not of its kind."""
        reasons = []
        for place in self._places:
            if place[0] == "customers" and self._mapping.table != "customers":
                continue
            column = column_of(place)
            must_fit = place in STRICT or (column.is_required and not column.choices)
            if must_fit:
                reasons.append(f"CASE WHEN {self._is_wrong(place)} THEN {self._complaint(place)} END")
            if must_fit and column.is_required and place not in DERIVED:
                reasons.append(f"CASE WHEN {self.values[place]} IS NULL THEN {self._lack(place)} END")
        return f"COALESCE({', '.join(reasons)})" if reasons else "CAST(NULL AS VARCHAR)"

    def _lack(self, place: Place) -> str:
        text, missing = self._text(self._mapping.found[place]), quote_text(f"{place[1]} is missing")
        void = self._quoted(place, quote_text('" stands for nothing'))
        return f"CASE WHEN {text} IS NULL THEN {missing} ELSE {void} END"

    def _complaint(self, place: Place) -> str:
        text = self._text(self._mapping.found[place])
        is_none = quote_text(f'" is not {NAMES_OF_KINDS.get(type_of(place), "a value")}')
        if type_of(place) == "money":
            is_none = f"CASE WHEN abs(TRY_CAST({text} AS DOUBLE)) >= 1e14 THEN '\" is too large' ELSE {is_none} END"
        return self._quoted(place, is_none)

    def _quoted(self, place: Place, verdict: str) -> str:
        """SQL of a column's name, its text in quotes, and what is said of it."""
        lead = quote_text(f'{place[1]}: "')
        return f"{lead} || left({self._text(self._mapping.found[place])}, 200) || {verdict}"

    def _soft(self) -> list[Place]:
        """Places whose mistakes are set aside, the row being kept."""
        return [
            place
            for place in self._places
            if type_of(place) not in ("string", "strings", "json")
            and place not in STRICT
            and not (column_of(place).is_required and (place[0] != "customers" or self._mapping.table == "customers"))
        ]

    def _bad(self) -> str:
        soft = self._soft()
        if not soft:
            return "CAST(NULL AS VARCHAR)"
        names = ", ".join(f"CASE WHEN {self._is_wrong(place)} THEN {quote_text(place[1])} END" for place in soft)
        return f"nullif(concat_ws(',', {names}), '')"

    def _extra(self) -> str:
        """What the log has no column for, and cells that were set aside, as JSON."""
        kept = self._beside()
        soft = [self._mapping.found[place].source for place in self._soft()]
        if not soft:
            return f"CAST({kept} AS VARCHAR)"
        wrong = ", ".join(
            f"{quote_text(self._mapping.found[place].source)}, CASE WHEN {self._is_wrong(place)} THEN"
            f" {self._text(self._mapping.found[place])} END"
            for place in self._soft()
        )
        patched = f"CAST(json_merge_patch(COALESCE({kept}, '{{}}'), json_object({wrong})) AS VARCHAR)"
        return f"CASE WHEN _bad IS NULL THEN {kept} ELSE {patched} END"


def _nested_sql(text: str) -> str:
    """SQL of a text as JSON: what it is when it is JSON of an object or a list, else a string."""
    is_nested = f"(prefix({text}, '{{') OR prefix({text}, '[')) AND json_valid({text})"
    return f"CASE WHEN {is_nested} THEN CAST({text} AS JSON) ELSE to_json({text}) END"
