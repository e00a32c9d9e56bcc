"""``$ref``: the object that a body refers to by its address."""

from urllib.parse import unquote, urlsplit

from proofup.graph.addresses import address_of
from proofup.graph.call import Call
from proofup.graph.errors import bad_request

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
    segments = address_of(urlsplit(address).path).segments
    if len(segments) < 2 or segments[-2].lower() not in KINDS:  # noqa: PLR2004 - a kind and an id
        raise bad_request("The reference must be to a user: .../directoryObjects/{id}.")
    return unquote(segments[-1])
