"""The addresses on which the service listens."""

import socket

import pytest

from proofup.serving.errors import CannotListenError
from proofup.serving.server import listening_socket


def test_every_address_of_ipv6_takes_ipv4_too() -> None:
    with listening_socket("::", 0) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            with socket.create_connection((host, port), timeout=5):
                pass


def test_an_address_that_is_taken_is_named() -> None:
    with listening_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotListenError):
            listening_socket("127.0.0.1", port)
