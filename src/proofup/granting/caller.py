"""Where a request for a token comes from."""

from datetime import datetime

from msgspec import Struct

from proofup.values.client import Client
from proofup.values.ids import CorrelationId


class Caller(Struct, frozen=True, kw_only=True):
    """Where a request for a token comes from, and when."""

    client: Client
    correlation_id: CorrelationId
    at: datetime
