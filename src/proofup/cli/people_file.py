"""A new CSV file of people who lack a method, recorded in the audit log."""

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

from proofup.administration.people_lacking import (
    COLUMNS,
    everybody_lacking,
    list_people,
    row_of,
)
from proofup.cli.backup import refuse_taken
from proofup.cli.opening import Opened
from proofup.cli.output import RefusedError
from proofup.values.csv_cells import csv_cell


async def write_people(
    service: Opened,
    file: Path,
    slots: Sequence[str],
    *,
    command: str,
    list_of: str,
    excluded: Collection[str] = (),
    only_restricted: bool = False,
) -> int:
    """Write everybody who has methods but none in ``slots`` to ``file``; return how many."""
    refuse_taken(file)
    people = 0
    try:
        with file.open("x", encoding="utf-8", newline="") as opened_file:
            writer = csv.writer(opened_file, quoting=csv.QUOTE_ALL)
            writer.writerow(COLUMNS)
            async for person in everybody_lacking(
                service.acts, slots, excluded=excluded, only_restricted=only_restricted
            ):
                writer.writerow([csv_cell(value) for value in row_of(person)])
                people += 1
    except OSError as error:
        raise RefusedError("--list", f"{file} cannot be written ({error.strerror}).") from error
    act = list_people(service.actor(command), list_of=list_of, people=people, at=service.at)
    await service.carry_out(act)
    return people
