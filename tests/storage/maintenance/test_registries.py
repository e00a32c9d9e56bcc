"""No new table or column can be forgotten by the code that processes all of them."""

import importlib
import re

from proofup.storage.maintenance.naming import PEPPERED
from proofup.storage.maintenance.restoring import KEPT, VOIDED
from proofup.storage.sealed import SEALED

FIRST = importlib.import_module("proofup.storage.migrations.versions.0001_first")
# Bytes that are not sealed by a data key: SHA-256 of random tokens, digests of texted codes, which
# older keys can check too, and wrapped data keys.
NOT_SEALED = {
    ("device_codes", "code_digest"),
    ("used_assertions", "digest"),
    ("app_passwords", "digest"),
    ("challenges", "verifier"),
    ("key_wraps", "wrapped"),
    ("remembered_devices", "secret_digest"),
    ("remembered_devices", "former_digest"),
    ("recovery_codes", "digest"),
    ("registrations", "code_digest"),
    ("recovery_codes", "salt"),
}


def columns_of_bytes() -> set[tuple[str, str]]:
    found = set()
    for statement in FIRST.TABLES:
        lines = [line.strip().replace(",", " ") for line in statement.strip().splitlines()]
        table = lines[0].split()[2]
        found |= {(table, line.split()[0]) for line in lines if line.split()[1:2] == ["BYTEA"]}
    return found


def test_KE2_every_column_of_bytes_is_sealed_or_known_not_to_be() -> None:
    sealed = {(at.table, at.column) for at in SEALED}
    others = columns_of_bytes() - sealed - NOT_SEALED
    assert {column for _, column in others} <= {"token_digest"}, others
    assert sealed <= columns_of_bytes()


def test_D19_of_every_table_it_is_said_what_a_restore_does_to_it() -> None:
    tables = {statement.split()[2] for statement in FIRST.TABLES}
    assert tables == set(VOIDED) | set(KEPT)
    assert not set(VOIDED) & set(KEPT)


def test_KE2_every_row_that_names_a_pepper_is_looked_at_before_it_goes() -> None:
    tables = {statement.split()[2] for statement in FIRST.TABLES if "pepper_id" in statement}
    assert tables == {sql.split()[3] for sql in PEPPERED}


def test_whatever_is_stored_of_a_user_is_erased_with_the_user() -> None:
    for table in FIRST.TABLES:
        for column in re.findall(r"REFERENCES users \(id\).*", table):
            assert "ON DELETE CASCADE" in column, table
