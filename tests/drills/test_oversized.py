"""Drill D26: oversized input of every kind is refused at once, and nothing of it is kept."""

import gzip
import select
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drills.running import Running, running

pytestmark = pytest.mark.slow
MOST_SECONDS = 0.05
TIMES = 10
MOST_GROWTH_KIB = 8 * 1024
FORM = "content-type: application/x-www-form-urlencoded"
JSON = "content-type: application/json"
MIB = 1 << 20
OURS = ("sec-fetch-site: same-origin",)
PATIENCE_SECONDS = 10

OVERSIZED = {
    "password": ("/signin/password", [FORM], b"password=" + b"a" * MIB),
    "body": ("/signin", [FORM], b"username=" + b"a" * (10 * MIB)),
    "chunks": (
        "/signin",
        [FORM, "transfer-encoding: chunked"],
        b"%x\r\n%b\r\n" % (MIB, b"a" * MIB),
    ),
    "deep": ("/delivery/v1/receipts", [JSON], b"[" * 10_000 + b"]" * 10_000),
    "keys": ("/signin", [FORM], b"&".join(b"k%d=" % number for number in range(100_000))),
    "header": ("/signin", [FORM, "x-filler: " + "a" * 65536], b""),
    "many headers": ("/signin", [FORM, *["x: y"] * 20_000], b""),
    "address": ("/signin?" + "a" * 65536, [FORM], b""),
    "bomb": ("/signin", [FORM, "content-encoding: gzip"], gzip.compress(b"a" * (50 * MIB))),
}


@pytest.fixture(scope="module")
def service(populated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("oversized") / "service"
    shutil.copytree(populated, folder)
    with running(folder) as made:
        made.start()
        yield made


def answer(service: Running, path: str, headers: list[str], body: bytes) -> tuple[int, float]:
    """Post, and return the status and the seconds until it came; the rest is not sent then."""
    lines = [f"POST {path} HTTP/1.1", f"host: localhost:{service.port}"]
    if "transfer-encoding: chunked" not in headers:
        lines.append(f"content-length: {len(body)}")
    asked = memoryview("\r\n".join([*lines, *OURS, *headers, "", ""]).encode() + body)
    said = b""
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        begun = time.perf_counter()
        while b"\r\n" not in said:
            waiting = [connection] if asked else []
            readable, writable, _ = select.select([connection], waiting, [], PATIENCE_SECONDS)
            assert readable or writable, "no answer"
            if readable:
                said += connection.recv(65536)
            else:
                asked = asked[connection.send(asked[:65536], socket.MSG_DONTWAIT) :]
        return int(said.split(b" ", 2)[1]), time.perf_counter() - begun


@pytest.mark.parametrize("what", OVERSIZED)
def test_D26_WE11_what_is_too_large_is_refused_at_once_and_leaves_nothing(
    service: Running, what: str
) -> None:
    path, headers, body = OVERSIZED[what]
    for _ in range(3):
        answer(service, path, headers, body)
    before = service.memory_kib()
    found = [answer(service, path, headers, body) for _ in range(TIMES)]
    # The minimum counts: other load only adds time.
    until = time.monotonic() + PATIENCE_SECONDS
    while min(seconds for _, seconds in found) >= MOST_SECONDS and time.monotonic() < until:
        found.append(answer(service, path, headers, body))
    assert all(400 <= status < 500 for status, _ in found), found
    assert min(seconds for _, seconds in found) < MOST_SECONDS, found
    assert service.memory_kib() - before < MOST_GROWTH_KIB
