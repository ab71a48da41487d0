"""The index by which names are found: of SQLite's own kind or of PostgreSQL's, kept up by the database itself."""

from typing import Any

SQLITE = (
    """CREATE VIRTUAL TABLE customers_words USING fts5(
        words, content='customers_customer', content_rowid='id', detail=none, columnsize=0, prefix='1 2 3 4',
        tokenize="unicode61 remove_diacritics 0"
    )""",
    """CREATE TRIGGER customers_words_added AFTER INSERT ON customers_customer BEGIN
        INSERT INTO customers_words(rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER customers_words_gone AFTER DELETE ON customers_customer BEGIN
        INSERT INTO customers_words(customers_words, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER customers_words_changed AFTER UPDATE OF words ON customers_customer
        WHEN old.words <> new.words BEGIN
        INSERT INTO customers_words(customers_words, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO customers_words(rowid, words) VALUES (new.id, new.words);
    END""",
)
POSTGRESQL = ("CREATE INDEX customers_words ON customers_customer USING gin (to_tsvector('simple', words))",)


def make(apps: Any, editor: Any) -> None:
    """Make the index of the database at hand."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def unmake(apps: Any, editor: Any) -> None:
    """Take it away."""
    if editor.connection.vendor == "sqlite":
        for name in ("added", "gone", "changed"):
            editor.execute(f"DROP TRIGGER customers_words_{name}")
        editor.execute("DROP TABLE customers_words")
    else:
        editor.execute("DROP INDEX customers_words")
