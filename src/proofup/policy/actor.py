"""Who acts: every change of a person, their methods or the rules is somebody's act."""

from msgspec import Struct

from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.ids import CorrelationId


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, what they have proven and when, and from where.

    ``id`` is a user's or the host's, as the audit log names it. ``client`` is None where nobody
    came over the network. ``language`` is that of the page.
    """

    id: str
    proofs: Proofs = Proofs()
    correlation_id: CorrelationId
    client: Client | None = None
    language: str = "en"
