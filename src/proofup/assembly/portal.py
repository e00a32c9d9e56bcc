"""Builds the door of the portal."""

from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports as SignInPorts
from proofup.portal.door import Door
from proofup.portal.routes import mounted
from proofup.registration.ports import Ports
from proofup.storage.store import Store
from proofup.web.mount import Mount


def portal_door(store: Store, ports: Ports, sign_in: SignInPorts, parts: PageParts) -> Mount:
    """Return the door, with its own ports and those of the sign-in, for fresh proofs."""
    door = Door(
        ports=ports,
        sign_in=sign_in,
        activity=store.audit,
        passwords=store.passwords,
        pages=parts.pages,
        problems=parts.problems,
        cookies=parts.cookies,
        caller=parts.caller,
    )
    return mounted(door, parts.dialect)
