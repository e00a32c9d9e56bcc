"""Builds the door of the authenticator app: its page, and what devices call."""

from functools import partial

from proofup.assembly.pages import PageParts
from proofup.authenticator.door import Door
from proofup.authenticator.routes import devices_mount, page_mount
from proofup.delivery.vapid import server_key
from proofup.registration.ports import Ports
from proofup.storage.store import Store
from proofup.web.mount import Mount


def authenticator_doors(store: Store, ports: Ports, parts: PageParts) -> list[Mount]:
    """Return the page and the addresses of devices."""
    door = Door(ports=ports, pages=parts.pages, server_key=partial(server_key, store.keys))
    return [page_mount(door, parts.dialect), devices_mount(door)]
