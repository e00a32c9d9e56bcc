"""An organisation of any size: a few users to measure with, and a crowd of others.

The users are stored as the service stores them. The crowd is written in bulk, with similar rows,
because it only has to fill the tables.
"""

import asyncio
import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

import psycopg

from proofup.directory.search import Holding
from proofup.directory.users import Account, AddUser, MfaState, Person, User, UserType
from proofup.methods.catalogue import Option
from proofup.methods.phone import DECLARATION, KIND, MOBILE
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.storage.schema import sqlite_path
from proofup.storage.store import Store
from proofup.values.ids import MethodId, UserId, random_id
from proofup.values.look_alikes import look_alike

START = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
SPREAD = 2_654_435_761  # odd, so names are distinct and spread over the alphabet
SEALED_BYTES = 95  # of a phone's document
ROWS_AT_ONCE = 50_000
# From which number each benchmark adds people of its own; the crowd has the numbers below.
WRITTEN, CHALLENGED, SIGNING_IN, ASKED_IN_APP, TEXTED = range(2_000_000, 7_000_000, 1_000_000)
TEXT = DECLARATION.ways[0]
PHONE_ONLY = int(Holding.RESTRICTED)
TABLES = {
    "users": (
        "id, canonical_name, look_alike, user_principal_name, display_name, mail, "
        "business_phones, user_type, created_at, search_name, search_mail, holding"
    ),
    "accounts": "user_id, enabled, epoch, mfa_state",
    "authentication_methods": "user_id, slot, id, kind, document, created_at, revision, holding",
}


def name_of(number: int) -> str:
    """Return the user name of the person with ``number``."""
    return f"{number * SPREAD % 2**32:08x}.ashby@contoso.test"


async def people(store: Store, numbers: range) -> list[Person]:
    """Store people, each with a phone, and return them."""
    made = []
    batches = []
    for number in numbers:
        user = User(
            id=UserId(random_id(os.urandom)),
            user_principal_name=name_of(number),
            display_name="Robin Ashby",
            given_name="Robin",
            mail=f"robin{number}@fabrikam.test",
            created_at=START,
        )
        person = Person(user, Account(user_id=user.id))
        made.append(person)
        batches.append(
            (AddUser(user=user, account=person.account), AddMethod(method=_phone(person, number)))
        )
    await asyncio.gather(*(store.commit(*changes) for changes in batches))
    return made


def text_option(held: Sequence[RegisteredMethod]) -> Option:
    """Return how a person with ``held`` answers by text."""
    return Option(TEXT, tuple(held))


def fill(url: str, numbers: range) -> None:
    """Add the people of ``numbers`` to the crowd, each with a phone."""
    for first in range(numbers.start, numbers.stop, ROWS_AT_ONCE):
        some = range(first, min(first + ROWS_AT_ONCE, numbers.stop))
        rows = _rows(some)
        if url.startswith("sqlite"):
            _fill_sqlite(url, rows)
        else:
            _fill_postgresql(url, rows)
    _settle(url)


def _phone(person: Person, number: int) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(random_id(os.urandom)),
        user_id=person.user.id,
        kind=KIND,
        slot=MOBILE,
        document=b'{"number":"+44 77%08d"}' % number,
        created_at=START,
    )


def _rows(numbers: range) -> dict[str, Iterator[tuple[object, ...]]]:
    """Return the rows of every table, in the order of their ids."""
    ids = sorted((str(uuid.UUID(bytes=os.urandom(16), version=4)), number) for number in numbers)
    at = int(START.timestamp()) * 1_000_000
    return {
        "users": (
            (
                key,
                name_of(n),
                look_alike(name_of(n)),
                name_of(n),
                "Robin Ashby",
                f"r{n}@fabrikam.test",
                "[]",
                UserType.MEMBER,
                at,
                "robin ashby",
                f"r{n}@fabrikam.test",
                PHONE_ONLY,
            )
            for key, n in ids
        ),
        "accounts": ((key, 1, 0, MfaState.DISABLED) for key, _ in ids),
        "authentication_methods": (
            (
                key,
                MOBILE,
                f"m-{key}",
                KIND,
                os.urandom(SEALED_BYTES),
                at,
                0,
                PHONE_ONLY,
            )
            for key, _ in ids
        ),
    }


def _fill_sqlite(url: str, rows: dict[str, Iterator[tuple[object, ...]]]) -> None:
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("BEGIN")
        for table, columns in TABLES.items():
            marks = ", ".join("?" for _ in columns.split(", "))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
        connection.execute("COMMIT")


def _fill_postgresql(url: str, rows: dict[str, Iterator[tuple[object, ...]]]) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows[table]:
                    copy.write_row(row)


def _settle(url: str) -> None:
    """Let the database do its maintenance now instead of in the next minutes."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
