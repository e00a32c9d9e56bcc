"""Joins the door of the admin centre."""

from proofup.admin.door import Door
from proofup.admin.routes import mounted
from proofup.administration.ports import Ports
from proofup.assembly.pages import PageParts
from proofup.authentication.ports import Ports as SignInPorts
from proofup.storage.store import Store
from proofup.web.mount import Mount


def admin_door(store: Store, ports: Ports, sign_in: SignInPorts, parts: PageParts) -> Mount:
    """Return the door, made with the ports of acts and those of the sign-in."""
    door = Door(
        ports=ports,
        sign_in=sign_in,
        activity=store.audit,
        receipts=store.receipts,
        log=store.log,
        pages=parts.pages,
    )
    return mounted(door, parts.dialect)
