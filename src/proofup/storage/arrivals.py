"""People who are to be added together, as the rows of every table that they will lie in.

Making the rows (sealing, writing JSON) costs more than storing them, and needs no database: it
may be done in another process, which hands over nothing but strings and numbers.
"""

from collections.abc import Callable, Container, Sequence
from typing import TypeAlias

from msgspec import Struct, field

from proofup.audit.chain import canonical_text
from proofup.audit.entry import Entry
from proofup.directory.passwords import PasswordCredential
from proofup.directory.users import Account, User
from proofup.methods.protocol import RegisteredMethod
from proofup.storage.methods import method_row
from proofup.storage.passwords import credential_row
from proofup.storage.sheets import Sheet
from proofup.storage.statements import Row, Value
from proofup.storage.users import account_row, user_row
from proofup.values.clock import to_microseconds

Seal: TypeAlias = Callable[[bytes, str], bytes]
"""Returns a document sealed for the row of a method."""


class Arrivals(Struct):
    """Rows by table. One user and one account for each, in order; the others as they have any.

    ``lines`` say where each stands in the file. ``entries`` are text, target and instant of the
    audit log, not yet chained.
    """

    lines: Sequence[int]
    users: Sheet
    accounts: Sheet
    methods: Sheet
    entries: Sheet
    credentials: list[Row]

    def give(self, credential: PasswordCredential) -> None:
        """Add a password that was hashed meanwhile."""
        self.credentials.append(credential_row(credential))

    @property
    def names(self) -> Sequence[Value]:
        """The canonical names, in order."""
        return self.users.column(1)

    def without(self, ids: Container[Value]) -> "Arrivals":
        """Return all but the people of ``ids``."""
        everybody = zip(self.lines, self.users.column(0), strict=True)
        return Arrivals(
            lines=[line for line, user_id in everybody if user_id not in ids],
            users=self.users.without(ids),
            accounts=self.accounts.without(ids),
            methods=self.methods.without(ids),
            entries=self.entries.without(ids, 1),
            credentials=[row for row in self.credentials if row[0] not in ids],
        )


class Gathering(Struct):
    """Takes people as they come, until all of a batch are there."""

    lines: list[int] = field(default_factory=list)
    users: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    methods: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    credentials: list[Row] = field(default_factory=list)

    def add(
        self,
        lines: Sequence[int],
        users: Sequence[User],
        accounts: Sequence[Account],
        methods: Sequence[RegisteredMethod],
        entries: Sequence[Entry],
        *,
        seal: Seal,
    ) -> None:
        """Add people: one line, user, account and entry for each, and the methods of all."""
        self.lines += lines
        self.users += map(user_row, users)
        self.accounts += map(account_row, accounts)
        sealed = [seal(method.document, method.id) for method in methods]
        self.methods += map(method_row, methods, sealed)
        texts = [canonical_text(entry) for entry in entries]
        instants = [to_microseconds(entry.at) for entry in entries]
        targets = [entry.target for entry in entries]
        self.entries += zip(texts, targets, instants, strict=True)

    def give(self, credential: PasswordCredential) -> None:
        """Add the password of one of them."""
        self.credentials.append(credential_row(credential))

    def arrivals(self) -> Arrivals:
        """Return all who have come."""
        return Arrivals(
            lines=self.lines,
            users=Sheet.of(self.users),
            accounts=Sheet.of(self.accounts),
            methods=Sheet.of(self.methods),
            entries=Sheet.of(self.entries),
            credentials=self.credentials,
        )
