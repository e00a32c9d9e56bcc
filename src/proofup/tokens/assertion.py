"""Client assertions that were used: each proves its client once (RFC 7523 §3)."""

from datetime import datetime

from proofup.values.changes import Change


class UseAssertion(Change, frozen=True, kw_only=True):
    """Uses an assertion up, by the digest of its client and ``jti``. Raises AlreadySpentError."""

    digest: bytes
    expires_at: datetime
