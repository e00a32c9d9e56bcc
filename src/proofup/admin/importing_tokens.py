"""`/admin/tokens/import`: tokens of a file, pasted or chosen; good rows are stored together."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from msgspec import Struct
from starlette.responses import Response

from proofup.admin.dialogs import Asked, Dialog
from proofup.admin.tokens import ADDRESS
from proofup.administration.import_tokens import (
    BadRow,
    Judged,
    TokenImport,
    Wanted,
    token_columns,
    tokens_in_container,
    tokens_in_rows,
)
from proofup.administration.planned import Planned, together
from proofup.directory.pskc import BadContainerError, PskcKey
from proofup.directory.token_fields import COLUMNS
from proofup.policy.may_act import check_permitted
from proofup.policy.permissions import Permission
from proofup.values.csv_rows import NoColumnsError, rows_in
from proofup.values.errors import InvalidFieldError, InvalidInputError
from proofup.values.secret import Secret

LONGEST_FILE = 500_000  # letters
LONGEST_KEY = 256
MOST_ROWS = 500  # they are written together, and a server on the same database waits
Rows: TypeAlias = Sequence[Wanted | BadRow]


class Imported(Struct, frozen=True):
    """What became of the rows of a file."""

    added: int
    given: int
    bad: Sequence[BadRow]


async def _about(_: Asked) -> Mapping[str, Any]:
    return {"back": ADDRESS, "columns": ",".join(COLUMNS), "most": MOST_ROWS}


async def _import(asked: Asked) -> Planned[Imported]:
    """Add the tokens of all good rows, and name the bad ones. Raises InvalidInputError."""
    check_permitted(asked.actor, Permission.SET_RULES, at=asked.at)
    text, key = asked.form.optional("tokens", longest=LONGEST_FILE) or "", _key(asked)
    if not text.strip():
        raise InvalidInputError("tokens")
    # Deriving a key from a password takes up to a second, and the server goes on meanwhile.
    rows = await asyncio.to_thread(_rows, text, key, asked)
    if len(rows) > MOST_ROWS:
        raise InvalidInputError("tooManyRows")
    acts, bad = list[Planned[Judged]](), list[BadRow]()
    work = TokenImport(asked.door.ports, asked.actor, at=asked.at)
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        try:
            acts.append(await work.judge(row))
        except InvalidFieldError as error:
            bad.append(BadRow(row.line, error.field, error.said))
    all_of_them = together(acts)
    given = sum(one.is_given for one in all_of_them.done)
    done = Imported(added=len(acts), given=given, bad=bad)
    return Planned(all_of_them.conditions, all_of_them.changes, done)


def _rows(text: str, key: PskcKey, asked: Asked) -> Rows:
    """Return what the file asks for, a row more than are taken at most.

    A file that cannot be read is one bad row.
    """
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("<"):
            found = tokens_in_container(text.strip().encode(), key, at=asked.at)
            return list(islice(found, MOST_ROWS + 1))
        lines = iter(text.lstrip("\ufeff").splitlines(keepends=True))
        rows = tokens_in_rows(rows_in(lines, token_columns), at=asked.at)
        return list(islice(rows, MOST_ROWS + 1))
    except (BadContainerError, NoColumnsError) as error:
        return [BadRow(1, "file", error.said)]
    except InvalidFieldError as error:
        return [BadRow(1, error.field, error.said)]


def _key(asked: Asked) -> PskcKey:
    """Return what opens a container. Raises InvalidInputError."""
    password, key = (
        (asked.form.optional(name, longest=LONGEST_KEY) or "").strip()
        for name in ("password", "key")
    )
    try:
        opened = Secret(bytes.fromhex(key)) if key else None
    except ValueError as error:
        raise InvalidInputError("key") from error
    return PskcKey(key=opened, password=Secret(password) if password else None)


def _result(asked: Asked, done: Imported) -> Response:
    return asked.door.page(
        asked.request, asked.actor, "admin/tokens_imported.html", imported=done, back=ADDRESS
    )


IMPORT = Dialog(
    permission=Permission.SET_RULES,
    template="admin/tokens_import.html",
    about=_about,
    plan=_import,
    then=_result,
)
