"""``proofup import users``: good rows go in, each bad one is named, whatever the file's length."""

import argparse
import asyncio
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proofup.cli.newcomer import Newcomer, Reception, added_entry
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.cli.refusals import refusal_of
from proofup.cli.user_rows import Row, read_rows
from proofup.directory.passwords import PasswordCredential
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.pool import Argon2idPool, usable_cores
from proofup.values.errors import NameTakenError, ProofupError
from proofup.values.names import canonical_name

BATCH = 500  # rows of one transaction, and of what is held in memory
NOT_ALL = 1


@dataclass(slots=True)
class _Count:
    imported: int = 0
    refused: int = 0


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Add every good row of the file; 1 where there was a bad one."""
    rows = read_rows(arguments.file)
    first = list(itertools.islice(rows, 1))  # a bad first line ends it before anything is opened
    count = _Count()
    async with opened(arguments.folder) as service:
        hashing = service.hashing()
        reception = Reception.of(service, CommonPasswordTable(), os.urandom)
        with progress(output, "rows") as advance:
            for batch in _batches(itertools.chain(first, rows)):
                for row, refused in await _bring_in(service, hashing, reception, batch):
                    _report(output, row, refused)
                    count.refused += 1
                    count.imported -= 1
                count.imported += len(batch)
                advance(len(batch))
        hashing.close()
    facts = {"imported": count.imported, "refused": count.refused}
    output.say(f"Imported: {count.imported}. Refused: {count.refused}.", facts)
    return NOT_ALL if count.refused else 0


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


async def _bring_in(
    service: Opened, hashing: Argon2idPool, reception: Reception, rows: Sequence[Row]
) -> list[tuple[Row, RefusedError]]:
    """Add the people of ``rows``, and return those that were refused."""
    refused: list[tuple[Row, RefusedError]] = []
    good: list[tuple[Row, Newcomer]] = []
    for row in rows:
        try:
            if row.problem is not None:
                raise row.problem
            good.append((row, reception.receive(row.told)))
        except ProofupError as error:
            refused.append((row, _in_words(error)))
    credentials = await _hashed(service, hashing, [newcomer for _, newcomer in good])
    outcomes = await service.store.commit_many(
        [
            [*newcomer.changes(credential), added_entry(service, newcomer, "import users")]
            for (_, newcomer), credential in zip(good, credentials, strict=True)
        ]
    )
    for (row, newcomer), outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, NameTakenError):
            refused.append((row, await _taken(service, newcomer)))
        elif outcome is not None:
            raise outcome
    return sorted(refused, key=lambda pair: pair[0].line)


async def _hashed(
    service: Opened, hashing: Argon2idPool, newcomers: Sequence[Newcomer]
) -> list[PasswordCredential | None]:
    """Return the credential of each who has a password, as many at once as there are cores."""
    room = asyncio.Semaphore(usable_cores())

    async def credential(newcomer: Newcomer) -> PasswordCredential | None:
        if newcomer.password_hash is not None:
            return hashing.adopt(newcomer.user.id, newcomer.password_hash, at=service.at)
        if newcomer.password is None:
            return None
        async with room:
            return await hashing.hash(newcomer.user.id, newcomer.password, at=service.at)

    return await asyncio.gather(*map(credential, newcomers))


async def _taken(service: Opened, newcomer: Newcomer) -> RefusedError:
    """Return whether a name was taken before the import, or by it."""
    name = newcomer.user.user_principal_name
    holder = await service.store.people.by_name(canonical_name(name))
    by_us = holder is not None and holder.user.created_at == service.at
    where = "stands in the file twice" if by_us else "is in the directory already"
    return RefusedError("userPrincipalName", f"{name} {where}.")


def _in_words(error: ProofupError) -> RefusedError:
    refused = error if isinstance(error, RefusedError) else refusal_of(error)
    if refused is None:
        raise error
    return refused


def _report(output: Output, row: Row, refused: RefusedError) -> None:
    facts = {"line": row.line, "field": refused.field, "reason": refused.problem}
    if output.as_json:
        output.say("", facts)
    else:
        output.note(f"line {row.line}: {refused.field}: {refused.problem}")
