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

    SQLite's tables are STRICT, so that it checks types as PostgreSQL does.
    """
    if op.get_context().dialect.name != "sqlite":
        return statement
    for theirs, ours in SQLITE.items():
        statement = statement.replace(theirs, ours)
    if statement.lstrip().startswith("CREATE TABLE"):
        strict = "STRICT, WITHOUT ROWID" if "PRIMARY KEY (user_id, " in statement else "STRICT"
        return f"{statement.rstrip()} {strict}"
    return statement
