"""Column types: migrations are written with PostgreSQL's, this turns them into SQLite's."""

from alembic import op

SQLITE = {
    "BIGINT": "INTEGER",
    "SMALLINT": "INTEGER",
    "BYTEA": "BLOB",
    ' COLLATE "C"': "",  # SQLite compares bytes anyway
}


def ddl(statement: str) -> str:
    """Return ``statement`` for the database that is being migrated.

    SQLite's tables are STRICT, so types are checked as in PostgreSQL, and WITHOUT ROWID, so writing
    a row changes one B-tree instead of two.
    """
    if op.get_context().dialect.name != "sqlite":
        return statement
    written = statement
    for theirs, ours in SQLITE.items():
        statement = statement.replace(theirs, ours)
    if statement.lstrip().startswith("CREATE TABLE"):
        by_number = "BIGINT NOT NULL PRIMARY KEY" in written
        return f"{statement.rstrip()} {'STRICT' if by_number else 'STRICT, WITHOUT ROWID'}"
    return statement
