"""What methods know of the service that they are part of."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from proofup.values.digests import Digests
from proofup.values.words import Languages

Models: TypeAlias = Callable[[bytes, bytes], str | None]
"""Returns the model of authenticator that an attestation object and the hash of its client data
prove, or None where nothing is proven."""


def no_models(statement: bytes, client_data_hash: bytes) -> str | None:
    """Return None: without metadata no authenticator can prove its model."""
    del statement, client_data_hash
    return None


class ServiceInfo(Struct, frozen=True, kw_only=True):
    """The name, the keyed digests and the languages of the service, and its address.

    ``host`` and ``origin`` are those of the public URL.
    """

    organisation: str
    digests: Digests
    languages: Languages
    host: str
    origin: str
    models: Models = no_models
