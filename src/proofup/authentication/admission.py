"""Whether a session opens a page: who it is, read once, and whether another proof is due first."""

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
    """What a page asks of a session."""

    SESSION = auto()  # that there is one
    REMEMBERED = auto()  # the second proof, or a remembered browser in its place
    PROVEN = auto()  # the second proof, where the account has a method


class Admitted(Struct, frozen=True, kw_only=True):
    """A session with the person whose it is; ``proof_due`` where a proof comes before the page."""

    session: Session
    subscriber: Subscriber
    proof_due: bool = False

    @property
    def person(self) -> Person:
        """Whose session it is."""
        return self.subscriber.person


async def admit(ports: Ports, token: str, need: Need, *, at: datetime) -> Admitted | None:
    """Return the session of ``token`` with its person, or None where it is worth nothing now.

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
    """Tell whether the session has reached what the account demands now."""
    if need is Need.REMEMBERED and session.remembered:
        return True
    options = options_of(ports.room, subscriber.held, subscriber.policy, at=at)
    return reaches(session.proofs, demanded(options))
