"""Brings the schema up to date when a store is opened.

The revision is read with plain SQL. Alembic, and SQLAlchemy with it, are imported only where
there is something to do: they cost more time and memory than all the rest of the start.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from proofup.storage.errors import UnknownSchemaError
from proofup.storage.sqlite import connect
from proofup.storage.sqlite_errors import is_of_database
from proofup.values.errors import StoreBusyError

if TYPE_CHECKING:
    from sqlalchemy import Engine

REVISIONS = ("0001",)  # oldest first; a test holds this against migrations/versions
REVISION = "SELECT version_num FROM alembic_version"
MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_766_357_185  # any number, as long as every node takes the same


def bring_up_to_date(url: str) -> None:
    """Run the steps that the database at ``url`` lacks.

    Raises UnknownSchemaError where a newer Proofup has been there, StoreBusyError where the
    database cannot be reached.
    """
    revision = _sqlite_revision(url) if url.startswith("sqlite") else _postgresql_revision(url)
    if revision is not None and revision not in REVISIONS:
        raise UnknownSchemaError(revision)
    if revision != REVISIONS[-1]:
        _upgrade(url)


def is_empty(url: str) -> bool:
    """Tell whether no Proofup has been in the PostgreSQL database at ``url``."""
    return _postgresql_revision(url) is None


def sqlite_path(url: str) -> Path:
    """Return the file that ``sqlite:///path`` names."""
    return Path(url.removeprefix("sqlite:///"))


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
        return None  # there is no such table yet
    return str(found[0]) if found else None


def _postgresql_revision(url: str) -> str | None:
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(REVISION).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.OperationalError as error:
        raise StoreBusyError from error
    return str(found[0]) if found else None


def _upgrade(url: str) -> None:
    """Run Alembic in one transaction that nobody else's can meet."""
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

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
    return engine, f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"
