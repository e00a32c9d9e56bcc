"""Whether a session may open a page: its person, and whether another proof is needed first."""

from datetime import datetime
from enum import Enum, auto

from msgspec import Struct

from proofup.authentication.ports import Ports
from proofup.authentication.session import Session
from proofup.authentication.sessions import active_session
from proofup.challenges.options import options_of
from proofup.directory.users import Person
from proofup.policy.proofs import demanded, reaches
from proofup.policy.subscriber import Subscriber


class Need(Enum):
    """What a page requires of a session."""

    SESSION = auto()  # any session
    REMEMBERED = auto()  # the second proof, or a remembered browser in its place
    PROVEN = auto()  # the second proof, where the account has a method


class Admitted(Struct, frozen=True, kw_only=True):
    """A session with its person; ``proof_due`` means that the page needs a proof first."""

    session: Session
    subscriber: Subscriber
    proof_due: bool = False

    @property
    def person(self) -> Person:
        """Whose session it is."""
        return self.subscriber.person


async def admit(ports: Ports, token: str, need: Need, *, at: datetime) -> Admitted | None:
    """Return the session of ``token`` with its person, or None if it is not valid.

    A method that was added elsewhere since the session began counts at once.
    """
    found = await active_session(ports, token, at=at)
    subscriber = await ports.subscribers.of(found.session.user_id) if found else None
    if found is None or subscriber is None:
        return None
    due = need is not Need.SESSION and not _is_enough(ports, found.session, subscriber, need, at=at)
    return Admitted(session=found.session, subscriber=subscriber, proof_due=due)


def _is_enough(
    ports: Ports, session: Session, subscriber: Subscriber, need: Need, *, at: datetime
) -> bool:
    """Return whether the session has the level that the account requires now."""
    if need is Need.REMEMBERED and session.remembered:
        return True
    options = options_of(ports.room, subscriber.held, subscriber.policy, at=at)
    return reaches(session.proofs, demanded(options))
