"""Joins the doors of OAuth: one for its clients, one for the people who sign in to them."""

from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports as SignInPorts
from proofup.granting.ports import Ports
from proofup.oauth.door import Door
from proofup.oauth.page_door import PageDoor
from proofup.oauth.page_routes import pages_mounted
from proofup.oauth.routes import programs_mounted
from proofup.web.mount import Mount


def oauth_doors(ports: Ports, sign_in: SignInPorts, parts: PageParts) -> list[Mount]:
    """Return the doors, made with the ports of grants and of signing in."""
    pages = PageDoor(
        ports=ports,
        sign_in=sign_in,
        pages=parts.pages,
        problems=parts.problems,
        cookies=parts.cookies,
    )
    return [programs_mounted(Door(ports=ports)), pages_mounted(pages, parts.dialect)]
