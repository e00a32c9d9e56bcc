"""Builds the door of the sign-in."""

from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports
from proofup.signin.door import Door
from proofup.signin.routes import mounted
from proofup.web.mount import Mount


def sign_in_door(ports: Ports, parts: PageParts) -> Mount:
    """Return the door, made with its ports and the parts of its pages."""
    door = Door(
        ports=ports,
        pages=parts.pages,
        problems=parts.problems,
        cookies=parts.cookies,
        caller=parts.caller,
    )
    return mounted(door, parts.dialect)
