"""What lies beside a sealed method, so that its owner can be found by it.

The last digits of a number are stored as a keyed digest, named by its key. Whoever has the digits
can look for them, and the rows found are opened to compare the rest. The columns belong to the row
of the method, so that they come and go with it.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from proofup.directory.search import Holding
from proofup.methods.catalogue import HOLDINGS, NUMBERS
from proofup.methods.registered_methods import RegisteredMethod
from proofup.storage.statements import Steps, Value, touched, touched_in_parts
from proofup.values.ids import UserId
from proofup.values.number_search import ending_of
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.sealing import KeyPurpose, KeyRing

SET_HOLDING = (
    "UPDATE users SET holding = (SELECT COALESCE(MAX(m.holding), 0) "
    "FROM authentication_methods m WHERE m.user_id = users.id) WHERE id = ?"
)


SET_HOLDINGS = (
    "UPDATE users SET holding = (SELECT COALESCE(MAX(m.holding), 0) "
    "FROM authentication_methods m WHERE m.user_id = users.id) WHERE id IN (?)"
)


class MethodIndex(Struct, frozen=True):
    """Makes the columns ``holding`` and ``ending``."""

    keys: KeyRing

    def columns(self, method: RegisteredMethod) -> tuple[Value, Value]:
        """Return what is stored beside ``method``."""
        number = number_of(method)
        ending = None if number is None else self.name(ending_of(number))
        return int(holding_of(method)), ending

    def name(self, ending: str) -> str:
        """Return how digits are named under the key in use."""
        return self.keys.names(KeyPurpose.NUMBERS, ending)[0][0]

    def names(self, ending: str) -> Sequence[str]:
        """Return how digits may be named: under the key in use, a coming one, and older ones."""
        now, older = self.keys.names(KeyPurpose.NUMBERS, ending)
        return (*now, *older)


def number_of(method: RegisteredMethod) -> PhoneNumber | None:
    """Return the number that reaches the owner of ``method``, if one does."""
    read = NUMBERS.get(method.kind)
    return None if read is None else read(method)


def holding_of(method: RegisteredMethod) -> Holding:
    """Return what ``method`` counts for."""
    return HOLDINGS.get(method.kind, Holding.MORE)


def set_holding(user_id: UserId) -> Steps[None]:
    """Store what the user has registered now."""
    yield from touched(SET_HOLDING, user_id)


def set_holdings(users: Iterable[UserId]) -> Steps[None]:
    """Store what each of the users has registered now."""
    yield from touched_in_parts(SET_HOLDINGS, [(one,) for one in sorted(users)])
