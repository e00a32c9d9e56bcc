"""Bulk inserts of users: one statement for fifty rows costs a third of fifty statements."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from proofup.administration.add_people import AddPeople
from proofup.directory.search import Holding
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.method_index import MethodIndex, holding_of
from proofup.storage.methods import ADD_METHOD, method_row
from proofup.storage.passwords import SET_CREDENTIAL, credential_row
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Steps, rows_of_many, touched_in_parts
from proofup.storage.users import ADD_ACCOUNT, ADD_USER, account_row, user_row
from proofup.values.clock import from_microseconds
from proofup.values.errors import NameTakenError

TAKEN = (
    "SELECT look_alike, canonical_name, user_principal_name, created_at FROM users "
    "WHERE look_alike IN (?)"
)


class TakenName(Struct, frozen=True):
    """A name that somebody has, as it is compared and as it is shown, and since when."""

    canonical_name: str
    user_principal_name: str
    created_at: datetime


class NewcomerRows(Aggregate, frozen=True):
    """Looks up existing names, and adds people."""

    document: SealedColumn
    index: MethodIndex

    async def taken(self, looks: Sequence[str]) -> dict[str, TakenName]:
        """Return the names that somebody has and that look like one of these (``look_alike``)."""
        if not looks:
            return {}
        make = partial(rows_of_many, TAKEN, [(look,) for look in looks])
        found = await self.engine.read_long(make)
        return {
            look: TakenName(name, shown, from_microseconds(created_at))
            for look, name, shown, created_at in found
        }

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {AddPeople: self.add}

    def add(self, change: AddPeople) -> Steps[None]:
        """Store people, unless one of the names exists."""
        people = change.people
        users = [
            user_row(person.user, max(map(holding_of, person.methods), default=Holding.NOTHING))
            for person in people
        ]
        if (yield from touched_in_parts(ADD_USER, users)) < len(people):
            raise NameTakenError(people[0].user.user_principal_name)
        yield from touched_in_parts(ADD_ACCOUNT, [account_row(one.account) for one in people])
        credentials = [credential_row(one.credential) for one in people if one.credential]
        yield from touched_in_parts(SET_CREDENTIAL, credentials)
        methods = [
            method_row(
                method,
                self.document.seal(method.document, row=method.id),
                self.index.columns(method),
            )
            for person in people
            for method in person.methods
        ]
        yield from touched_in_parts(ADD_METHOD, methods)
