"""The person of a grant, if it still counts."""

from proofup.directory.users import Person
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.authorization import SignedIn


async def person_of(ports: Ports, signed_in: SignedIn) -> Person:
    """Return the person who had signed in. Raises GrantRefusedError if it was revoked since."""
    person = await ports.people.by_id(signed_in.user_id)
    if person is None or not person.account.enabled:
        raise GrantRefusedError(Refused.DISABLED_ACCOUNT)
    if not person.account.is_open(signed_in.epoch):
        raise GrantRefusedError(Refused.REVOKED)
    return person
