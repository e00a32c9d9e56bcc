"""``$ref``: objects by their addresses: the one that a body refers to, and lists of them."""

from collections.abc import Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from proofup.graph.addresses import address_of
from proofup.graph.answers import Answer, collection
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.values.url_parts import url_parts

KINDS = frozenset({"users", "directoryobjects"})
REFERENCE = "@odata.id"


def referenced(call: Call) -> str:
    """Return the id or name in the address of the body; host and version may be any."""
    told = call.json()
    address = told.get(REFERENCE)
    if set(told) != {REFERENCE} or not isinstance(address, str):
        raise bad_request("Expected a body with '@odata.id' alone.")
    return reference_in(address)


def reference_in(address: str) -> str:
    """Return the id or name in the address of a user. Raises CallRefusedError."""
    segments = address_of(url_parts(address).path).segments
    if len(segments) < 2 or segments[-2].lower() not in KINDS:  # noqa: PLR2004 - a kind and an id
        raise bad_request("The reference must be to a user: .../directoryObjects/{id}.")
    return unquote(segments[-1])


def references_shown(call: Call, ids: Sequence[str], *, following: str | None = None) -> Answer:
    """Return the answer that lists the addresses of objects."""
    listed = collection(call.metadata("Collection($ref)"), [], following=following)
    addresses = [f"{call.root}/directoryObjects/{one}" for one in ids]
    return replace(listed, body={**(listed.body or {}), "value": addresses})
