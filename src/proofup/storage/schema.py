"""Brings the schema up to date when a store is opened.

The revision is read with plain SQL. Alembic, which brings SQLAlchemy, is imported only if there is
a migration to run: it needs more time and memory than the rest of the start.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from proofup.storage.errors import HalfRestoredError, NoDriverError, UnknownSchemaError
from proofup.storage.sqlite import connect
from proofup.storage.sqlite_errors import is_of_database
from proofup.values.errors import StoreBusyError

if TYPE_CHECKING:
    from typing import LiteralString

    from sqlalchemy import Engine

REVISIONS = ("0001",)  # oldest first; a test compares this with migrations/versions
REVISION = "SELECT version_num FROM alembic_version"
MARK = "half_restored"  # a table that exists from the start of a restore until the database is safe
MARKED = f"SELECT to_regclass('{MARK}') IS NOT NULL"
SET_MARK = f"CREATE TABLE IF NOT EXISTS {MARK} ()"
REMOVE_MARK = f"DROP TABLE IF EXISTS {MARK}"
MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_766_357_185  # an arbitrary number, the same on every node


class State(NamedTuple):
    """The state of a database: its revision, None if it is empty, and whether it is ``MARK``ed."""

    revision: str | None
    is_marked: bool = False


def bring_up_to_date(url: str, *, restoring: bool = False) -> None:
    """Run the missing migrations on the database at ``url``; ``restoring`` accepts a marked one.

    Raises UnknownSchemaError if a newer Proofup has migrated it, HalfRestoredError, NoDriverError,
    RefusedByDatabaseError, StoreBusyError.
    """
    revision, is_marked = _state(url)
    if is_marked and not restoring:
        raise HalfRestoredError
    if revision is not None and revision not in REVISIONS:
        raise UnknownSchemaError(revision)
    if revision != REVISIONS[-1]:
        _upgrade(url)


def is_empty(url: str) -> bool:
    """Return whether the PostgreSQL database at ``url`` has no schema of Proofup."""
    return _postgresql_state(url).revision is None


def mark(url: str) -> None:
    """Block the PostgreSQL database at ``url`` for servers until ``REMOVE_MARK`` is run in it."""
    _run(url, SET_MARK)


def unmark(url: str) -> None:
    """Unblock the PostgreSQL database at ``url`` after a restore that wrote nothing."""
    _run(url, REMOVE_MARK)


def sqlite_path(url: str) -> Path:
    """Return the file that ``sqlite:///path`` names."""
    return Path(url.removeprefix("sqlite:///"))


def _state(url: str) -> State:
    # A SQLite copy is made safe under another name, so no server can open it before.
    return State(_sqlite_revision(url)) if url.startswith("sqlite") else _postgresql_state(url)


def _sqlite_revision(url: str) -> str | None:
    path = sqlite_path(url)
    if not path.exists():
        return None
    try:
        with closing(connect(path)) as connection:
            found = connection.execute(REVISION).fetchone()
    except sqlite3.Error as error:
        if is_of_database(error):
            raise StoreBusyError from error
        return None  # the table does not exist yet
    return str(found[0]) if found else None


def _postgresql_state(url: str) -> State:
    try:
        import psycopg
        import psycopg_pool  # noqa: F401 - the engine needs it
    except ImportError as error:
        raise NoDriverError(str(error)) from error
    from proofup.storage.postgresql_address import conninfo, refusal

    try:
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            marked = connection.execute(MARKED).fetchone()
            is_marked = marked is not None and bool(marked[0])
            try:
                found = connection.execute(REVISION).fetchone()
            except psycopg.errors.UndefinedTable:
                return State(None, is_marked)
    except psycopg.OperationalError as error:
        raise refusal(error) from error
    return State(str(found[0]) if found else None, is_marked)


def _run(url: str, sql: "LiteralString") -> None:
    import psycopg

    from proofup.storage.postgresql_address import conninfo

    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(sql)


def _upgrade(url: str) -> None:
    """Run Alembic in one transaction, under a lock against concurrent migrations."""
    from alembic import command
    from alembic.config import Config

    engine, lock = _sqlite_engine(url) if url.startswith("sqlite") else _postgresql_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(lock)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def _sqlite_engine(url: str) -> "tuple[Engine, str]":
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    path = sqlite_path(url)
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    return engine, "BEGIN IMMEDIATE"


def _postgresql_engine(url: str) -> "tuple[Engine, str]":
    import psycopg
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    from proofup.storage.postgresql_address import conninfo

    engine = create_engine(
        "postgresql+psycopg://",
        # A pooler may switch the server connection, so statements must not be prepared.
        creator=lambda: psycopg.connect(conninfo(url), prepare_threshold=None),
        poolclass=NullPool,
    )
    return engine, f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"
