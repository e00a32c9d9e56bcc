"""Joins the door of the sign-in."""

from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports
from proofup.signin.door import Door


def sign_in_door(ports: Ports, parts: PageParts) -> Door:
    """Return the door with its ports and the parts of its pages."""
    return Door(
        ports=ports,
        pages=parts.pages,
        problems=parts.problems,
        cookies=parts.cookies,
        caller=parts.caller,
    )
