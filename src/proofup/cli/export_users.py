"""``proofup export users``: everybody, page by page, however many they are.

The export holds no secrets. Numbers of authentication phones are masked unless the operator asks
for whole ones; the audit log says which it was.
"""

import argparse
import contextlib
import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TextIO

from proofup.administration import export_users as acts
from proofup.administration.profile_fields import DETAILS
from proofup.cli.backup import refuse_taken
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.profile import profile
from proofup.cli.progress import progress
from proofup.directory.users import Person
from proofup.methods.catalogue import Catalogue
from proofup.values.csv_cells import csv_cell

COMMAND = "export users"
PAGE = 500  # people of one read, and of what is held in memory
COLUMNS = (
    "id",
    "userPrincipalName",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "mobilePhone",
    "businessPhones",
    "userType",
    "accountEnabled",
    "preferredLanguage",
    "usageLocation",
    *DETAILS,
    "createdDateTime",
    "authenticationMethods",  # ours: Graph has them behind the user
)

Write = Callable[[Mapping[str, Any]], None]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, and whether it holds whole numbers."""
    parser.add_argument("file", type=Path, metavar="FILE.jsonl|FILE.csv", help="a new file")
    parser.add_argument(
        "--with-authentication-numbers",
        action="store_true",
        help="whole numbers of authentication phones, not masked ones",
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Write everybody to a new file, in the order of their names."""
    file: Path = arguments.file.absolute()
    if file.suffix not in WRITERS:
        raise RefusedError("FILE", f"{file.name} ends neither with .jsonl nor .csv.", "Say which.")
    refuse_taken(file)
    whole = bool(arguments.with_authentication_numbers)
    async with opened(arguments.folder) as service:
        # The audit entry comes first: no export may exist without one.
        numbers: Literal["whole", "masked"] = "whole" if whole else "masked"
        await service.carry_out(
            acts.export_users(service.actor(COMMAND), file.name, numbers, at=service.at)
        )
        with _new(file) as opened_file, progress(output, "people") as advance:
            write = WRITERS[file.suffix](opened_file)
            count = await _write(service, write, advance, whole=whole)
    facts = {"file": str(file), "exported": count, "authenticationNumbers": numbers}
    output.say(f"{file} holds {count} people; numbers of their proofs are {numbers}.", facts)
    return 0


async def _write(
    service: Opened, write: Write, advance: Callable[[int], None], *, whole: bool
) -> int:
    count, after, methods = 0, None, service.room.catalogue
    while page := await service.store.people.page(after=after, most=PAGE):
        for person in page:
            write(await _facts(service, person, methods, whole=whole))
        after = page[-1].user.user_principal_name
        count += len(page)
        advance(len(page))
    return count


async def _facts(
    service: Opened, person: Person, methods: Catalogue, *, whole: bool
) -> dict[str, Any]:
    user = person.user
    held = []
    for method in await service.store.methods.of_user(user.id):
        told = methods.of(method).describe(method)
        shown = told.full if whole or told.number is None else told.masked
        held.append(f"{method.kind} {shown}".strip())
    return {
        **profile(user),
        "accountEnabled": person.account.enabled,
        "authenticationMethods": held,
    }


@contextlib.contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """Give a new file that only its owner can read; an unfinished one is deleted."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RefusedError("FILE", f"{file} cannot be written ({error.strerror}).") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened_file:
            yield opened_file
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _lines_of_json(file: TextIO) -> Write:
    def write(facts: Mapping[str, Any]) -> None:
        file.write(json.dumps(facts, ensure_ascii=False) + "\n")

    return write


def _rows_of_csv(file: TextIO) -> Write:
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)

    def write(facts: Mapping[str, Any]) -> None:
        writer.writerow([csv_cell(facts[column]) for column in COLUMNS])

    return write


WRITERS: Mapping[str, Callable[[TextIO], Write]] = {".jsonl": _lines_of_json, ".csv": _rows_of_csv}
