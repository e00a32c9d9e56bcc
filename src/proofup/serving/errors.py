"""Errors of listening on an address."""

from proofup.values.errors import ProofupError


class CannotListenError(ProofupError):
    """The address cannot be listened on; ``reason`` is the system's message."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host = host
        self.port = port
        self.reason = reason
