"""Finds rows that need a data key: they would be unreadable without it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from proofup.storage.engine import Engine
from proofup.storage.sealed import SEALED, SealedAt
from proofup.storage.statements import Steps, Value, row
from proofup.values.clock import to_microseconds
from proofup.values.sealing import KeyPurpose, sealed_with, short_name

SLOWEST = timedelta(minutes=1)  # for which a node may still write with a replaced key

PEPPERED = (
    "SELECT 1 FROM credentials WHERE pepper_id = ? LIMIT 1",
    "SELECT 1 FROM authentication_methods WHERE pepper_id = ? LIMIT 1",
    "SELECT 1 FROM kept_methods WHERE pepper_id = ? LIMIT 1",
    "SELECT 1 FROM app_passwords WHERE pepper_id = ? LIMIT 1",
)
# Entries are kept for ever. Those of a key end where the next key's first entry is.
ENTRIES = (
    "SELECT 1 FROM audit_log WHERE sequence < "
    "(SELECT MIN(later.first_entry) FROM data_keys later JOIN data_keys this "
    "ON later.purpose = this.purpose AND later.number > this.number WHERE this.id = ?) LIMIT 1"
)
FOUND = "SELECT 1 FROM authentication_methods WHERE ending >= ? AND ending < ? LIMIT 1"
COUNTED = "SELECT 1 FROM counters WHERE key LIKE ? AND expires_at > ? LIMIT 1"
TEXTED = (
    "SELECT 1 FROM challenges WHERE verifier IS NOT NULL AND state = 'open' AND expires_at > ? "
    "AND started_at <= (SELECT MIN(later.in_use_since) + ? FROM data_keys later "
    "JOIN data_keys this ON later.purpose = this.purpose AND later.number > this.number "
    "WHERE this.id = ?) LIMIT 1"
)
STARTS_WITH: Mapping[SealedAt, str] = {
    at: f"SELECT 1 FROM {at.table} WHERE substr({at.column}, 1, ?) = ? LIMIT 1" for at in SEALED
}


async def is_named(engine: Engine, purpose: KeyPurpose, key_id: str, *, at: datetime) -> bool:
    """Return whether any row still needs the key."""
    return await engine.read_long(partial(_any, _questions(purpose, key_id, at)))


def _questions(
    purpose: KeyPurpose, key_id: str, at: datetime
) -> Sequence[tuple[str, tuple[Value, ...]]]:
    now = to_microseconds(at)
    if purpose is KeyPurpose.PEPPER:
        return [(sql, (key_id,)) for sql in PEPPERED]
    if purpose is KeyPurpose.AUDIT:
        return [(ENTRIES, (key_id,))]
    if purpose is KeyPurpose.COUNTERS:
        return [(COUNTED, (f"%:{short_name(key_id)}:%", now))]
    if purpose is KeyPurpose.NUMBERS:
        name = short_name(key_id)
        return [(FOUND, (f"{name}:", f"{name};"))]
    if purpose is KeyPurpose.CODES:
        return [(TEXTED, (now, SLOWEST // timedelta(microseconds=1), key_id))]
    head = sealed_with(key_id)
    return [
        (sql, (len(head), head)) for sealed, sql in STARTS_WITH.items() if sealed.purpose is purpose
    ]


def _any(questions: Sequence[tuple[str, tuple[Value, ...]]]) -> Steps[bool]:
    for sql, values in questions:
        if (yield from row(sql, *values)) is not None:
            return True
    return False
