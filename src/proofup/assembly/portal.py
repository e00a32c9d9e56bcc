"""Joins the door of the portal."""

from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports as SignInPorts
from proofup.portal.door import Door
from proofup.registration.ports import Ports
from proofup.storage.store import Store


def portal_door(store: Store, ports: Ports, sign_in: SignInPorts, parts: PageParts) -> Door:
    """Return the door with its ports, those of the sign-in it asks for proofs, and its pages."""
    return Door(
        ports=ports,
        sign_in=sign_in,
        activity=store.audit,
        passwords=store.passwords,
        pages=parts.pages,
        problems=parts.problems,
        cookies=parts.cookies,
        caller=parts.caller,
    )
