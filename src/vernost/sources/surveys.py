"""Answers to surveys: a row an answer, or one wide row a response with a column for each question."""

from vernost.sources.choices import choice_sql
from vernost.sources.mapped import Found
from vernost.sources.rows import Rows
from vernost.sources.staging import LINE, new_relation, quote_name, quote_text

SCORED = ("nps", "csat", "ces")


def shape_answers(rows: Rows) -> dict[str, str]:
    """View of the answers in a source."""
    scored = [kind for kind in SCORED if rows.has(kind)]
    if not scored:
        return {"answers": rows.view("answers", _answer(rows))}
    views = [_question(rows, kind, score=rows.value(kind)) for kind in scored]
    views += [
        _question(rows, column, **{column: rows.value(column)}) for column in ("text", "choice") if rows.has(column)
    ]
    union = new_relation(rows.connection)
    parts = " UNION ALL ".join(f"SELECT * FROM {quote_name(view)}" for view in views)  # noqa: S608
    rows.connection.execute(f"CREATE TEMP VIEW {quote_name(union)} AS {parts}")
    return {"answers": union}


def _common(rows: Rows) -> dict[str, str]:
    return {
        "response_id": rows.key_sql("response_id"),
        "survey": f"COALESCE({rows.value('survey')}, {quote_text(rows.stem)})",
        "customer_id": rows.customer_sql(),
    }


def _answer(rows: Rows) -> dict[str, str]:
    """SQL of an answer that has a row of its own."""
    values = _common(rows)
    by_contents = f"CASE WHEN {rows.value('score')} IS NOT NULL THEN 'number' WHEN {rows.value('choice')} IS NOT NULL"
    asked = rows.value("question")
    kinds = [choice_sql(rows.value("kind"), ("answers", "kind")), choice_sql(asked, ("answers", "kind"))]
    values["kind"] = f"COALESCE({', '.join(kinds)}, {by_contents} THEN 'choice' ELSE 'text' END)"
    values["question"] = (
        f"COALESCE({asked}, {quote_text(_heading(rows.found('score') or rows.found('text'), 'answer'))})"
    )
    if rows.has("answer_id"):
        values["answer_id"] = rows.value("answer_id")
    else:
        values["answer_id"] = f"{values['response_id']} || '-' || {values['question']}"
    return values


def _question(rows: Rows, column: str, **value: str) -> str:
    """View of the answers to one question of a wide row; a blank cell is no answer."""
    heading = _heading(rows.found(column), column)
    values = _common(rows) | dict.fromkeys(("score", "choice", "text"), "NULL") | value
    values |= {
        "answer_id": f"{values['response_id']} || {quote_text('-' + heading)}",
        "question": quote_text(heading),
        "kind": quote_text(column),
    }
    return rows.view("answers", values, tail=f"WHERE {next(iter(value.values()))} IS NOT NULL", line=LINE)


def _heading(found: Found | None, otherwise: str) -> str:
    return otherwise if found is None else found.source
