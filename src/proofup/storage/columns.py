"""Conversions of column values: instants are integers in microseconds, booleans are 0 or 1."""

from datetime import datetime

from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ways import Way


def instant_or_none(count: int | None) -> datetime | None:
    """Return the instant a column holds."""
    return None if count is None else from_microseconds(count)


def count_or_none(instant: datetime | None) -> int | None:
    """Return the column value of ``instant``."""
    return None if instant is None else to_microseconds(instant)


def flag_or_none(flag: bool | None) -> int | None:  # noqa: FBT001 - it is what the column holds
    """Return the column value of ``flag``."""
    return None if flag is None else int(flag)


def way_or_none(word: str | None) -> Way | None:
    """Return the way a column holds."""
    return None if word is None else Way(word)


def proof_columns(proofs: Proofs) -> tuple[int | None, int | None, str | None, str | None]:
    """Return the values of ``first_at``, ``second_at``, ``second_way`` and ``first_way``."""
    return (
        count_or_none(proofs.first_at),
        count_or_none(proofs.second_at),
        proofs.second_way,
        proofs.first_way,
    )


def proofs_of(
    first_at: int | None, second_at: int | None, second_way: str | None, first_way: str | None
) -> Proofs:
    """Return the proofs of four columns."""
    return Proofs(
        first_at=instant_or_none(first_at),
        second_at=instant_or_none(second_at),
        second_way=way_or_none(second_way),
        first_way=way_or_none(first_way),
    )


def client_of(address: str, agent: str) -> Client:
    """Return the client of two columns."""
    return Client(address=address, agent=agent)
