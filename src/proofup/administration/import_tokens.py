"""Importing hardware tokens from what their manufacturer wrote, each row judged alone.

CSV in Entra's format, or a Portable Symmetric Key Container (PSKC, RFC 6030). A row may name whom
the token is for.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.administration.oath_tokens import TokenNotGivenError, add_token, give_token
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.target import target_called
from proofup.directory.oath_tokens import OathToken
from proofup.directory.pskc import Container, Packaged, PskcKey, read_container
from proofup.directory.token_fields import COLUMNS, SERIAL, UPN, token_of_row
from proofup.methods.protocol import Description
from proofup.policy.actor import Actor
from proofup.values.csv_rows import Row
from proofup.values.errors import (
    InvalidFieldError,
    NotYetPermittedError,
    SlotTakenError,
    UnknownUserError,
)
from proofup.values.ids import MethodId, UserId, random_id
from proofup.values.words import Said, marked

NO_COLUMNS = marked("has no columns. The first line has to be: %(wanted)s")
WRONG_COLUMNS = marked("has the columns %(columns)s. The first line has to be: %(wanted)s")
Make: TypeAlias = Callable[[MethodId], OathToken]


class Wanted(Struct, frozen=True):
    """One row or package: where it stands, for whom it is, and how its token is made."""

    line: int
    name: str
    make: Make


class BadRow(Struct, frozen=True):
    """A row that stores nothing: its line, the field, and what is wrong with it."""

    line: int
    field: str
    said: Said

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return self.said.english


class Judged(Struct, frozen=True):
    """What a good row does: its token, and whether somebody gets it."""

    token: OathToken
    is_given: bool


def token_columns(names: Sequence[str]) -> Sequence[str]:
    """Return the names of columns as they are known here. Raises InvalidFieldError."""
    known = [name.casefold() for name in names]
    if tuple(known) != COLUMNS:
        facts = {"columns": ", ".join(names), "wanted": ",".join(COLUMNS)}
        raise InvalidFieldError("columns", Said(WRONG_COLUMNS if names else NO_COLUMNS, facts))
    return known


def tokens_in_rows(rows: Iterator[Row], *, at: datetime) -> Iterator[Wanted | BadRow]:
    """Return what the rows of Entra's CSV ask for."""
    for row in rows:
        if row.problem is not None:
            yield BadRow(row.line, row.problem.field, row.problem.said)
        else:
            yield Wanted(row.line, row.told[UPN].strip(), _of_row(row, at))


def tokens_in_container(content: bytes, key: PskcKey, *, at: datetime) -> Iterator[Wanted]:
    """Return what the packages of a container ask for. Raises BadContainerError at once."""
    container = read_container(content, key)
    return (
        Wanted(one.number, one.user, _of_package(container, one, at)) for one in container.packages
    )


class TokenImport:
    """Judges the rows of one file. What an earlier row asked for counts, whether written or not."""

    def __init__(self, ports: Ports, actor: Actor, *, at: datetime) -> None:
        self._ports = ports
        self._actor = actor
        self._at = at
        self._serials: set[str] = set()
        self._given: set[UserId] = set()

    async def judge(self, row: Wanted) -> Planned[Judged]:
        """Return what a row does. Raises InvalidFieldError, and NotPermittedError.

        When written, raises TokenKnownError where somebody else added the token meanwhile.
        """
        token = row.make(MethodId(random_id(self._ports.room.entropy)))
        known = await self._ports.tokens.by_serial(token.serial_number)
        if known is not None or token.serial_number in self._serials:
            raise known_already(token.serial_number)
        add = add_token(self._actor, token, at=self._at)
        conditions, changes = [*add.conditions], [*add.changes]
        if row.name:
            give = await self._gives(row.name, token)
            conditions += give.conditions
            changes += give.changes
        self._serials.add(token.serial_number)
        return Planned(conditions, changes, Judged(token, is_given=bool(row.name)))

    async def _gives(self, name: str, token: OathToken) -> Planned[Description]:
        try:
            target = await target_called(self._ports, name, at=self._at)
            give = give_token(self._ports, self._actor, target, token, {}, at=self._at)
        except UnknownUserError as error:
            words = marked("nobody here is called %(name)s, or you may give them no token.")
            raise InvalidFieldError(UPN, Said(words, {"name": name})) from error
        except SlotTakenError as error:
            raise _has_one(name) from error
        except TokenNotGivenError as error:
            raise InvalidFieldError(UPN, error.said) from error
        except NotYetPermittedError as error:
            words = marked(
                "the rules demand more before %(name)s gets one: assign it on their page."
            )
            raise InvalidFieldError(UPN, Said(words, {"name": name})) from error
        if target.person.user.id in self._given:
            raise _has_one(name)
        self._given.add(target.person.user.id)
        return give


def known_already(serial: str) -> InvalidFieldError:
    """Return what is wrong with a row whose serial number is in the stock."""
    return InvalidFieldError(
        SERIAL, Said(marked("%(serial)s is known already."), {"serial": serial})
    )


def _has_one(name: str) -> InvalidFieldError:
    return InvalidFieldError(UPN, Said(marked("%(name)s has a token already."), {"name": name}))


def _of_row(row: Row, at: datetime) -> Make:
    return lambda token_id: token_of_row(row.told, token_id, at=at)


def _of_package(container: Container, package: Packaged, at: datetime) -> Make:
    return lambda token_id: container.token(package, token_id, at=at)
