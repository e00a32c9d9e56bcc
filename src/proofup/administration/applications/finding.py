"""Finding an application by what somebody calls it."""

from proofup.administration.ports import Ports
from proofup.tokens.application import Application
from proofup.values.errors import ProofupError


class UnknownApplicationError(ProofupError):
    """There is no application of this name or id, or there are several of the name."""

    def __init__(self, called: str, *, several: bool = False) -> None:
        super().__init__(called, several)
        self.called = called
        self.several = several


async def find_application(ports: Ports, called: str) -> Application:
    """Return the application whose name or id is ``called``. Raises UnknownApplicationError."""
    by_id = await ports.applications.by_any_id(called.lower())
    if by_id is not None:
        return by_id
    found = await ports.applications.called(called, most=2)
    if len(found) != 1:
        raise UnknownApplicationError(called, several=bool(found))
    return found[0]
