"""The client assertions that were used, until each expires by itself."""

from typing import ClassVar

from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.statements import Steps, touched
from proofup.tokens.assertion import UseAssertion
from proofup.values.clock import to_microseconds
from proofup.values.errors import AlreadySpentError

USE = "INSERT INTO used_assertions (digest, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING"


class UsedAssertionRows(Aggregate, frozen=True):
    """The change of used assertions."""

    expiry: ClassVar[Expiry | None] = Expiry(table="used_assertions", key="digest")

    @property
    def writes(self) -> Writes:
        """How the change is written."""
        return {UseAssertion: self.use}

    def use(self, change: UseAssertion) -> Steps[None]:
        """Note an assertion; this decides which of several uses wins."""
        if not (yield from touched(USE, change.digest, to_microseconds(change.expires_at))):
            raise AlreadySpentError
