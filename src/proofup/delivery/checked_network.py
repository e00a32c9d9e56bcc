"""The network layer of the HTTP client: connects only to addresses that passed the check."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore2


class CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Asks ``addresses`` for the permitted addresses of a host, and connects only to these.

    TLS still verifies the certificate against the host's name.
    """

    def __init__(self, addresses: Callable[[str, int], Awaitable[Sequence[str]]]) -> None:
        self._addresses = addresses
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers, in the order of the resolver."""
        trouble: Exception = httpcore2.ConnectError("no address")
        for address in await self._addresses(host, port):
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore2.ConnectError as error:
                trouble = error
        raise trouble
