import http.client
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from host_commands import Proofup

STOPPING_SECONDS = 30

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(service: Proofup, folder: Path) -> Iterator[Serve]:
    """Start real servers; each is stopped at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "proofup", "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PROOFUP_LISTEN": "127.0.0.1:0"} | environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=STOPPING_SECONDS)


def port_of(process: "subprocess.Popen[str]") -> int:
    """Wait until the server says where it answers, and return its port."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"127\.0\.0\.1:(\d+)", line)
    assert found, process.communicate()
    return int(found[1])


def stop(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Stop the server kindly and return its log."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=STOPPING_SECONDS)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in errors.splitlines()]


def answered(
    port: int, path: str, headers: dict[str, str] | None = None
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"host": "id.contoso.test"} | (headers or {}))
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_it_answers_until_term_and_logs_no_address(serve: Serve) -> None:
    process = serve("--json")
    port = port_of(process)
    assert answered(port, "/healthz").status == 200
    page = answered(port, "/signin")
    assert page.status == 200
    assert page.getheader("server") is None
    assert len(page.headers.get_all("date") or []) == 1
    assert answered(port, "/not-me/canary-in-the-path?canary=in-the-query").status < 500
    log = stop(process)
    assert {line["level"] for line in log} <= {"info", "warning"}
    assert "canary" not in json.dumps(log)


def test_AD13_health_says_up_and_nothing_else(serve: Serve) -> None:
    port = port_of(serve())
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path in ("/healthz", "/readyz"):
        connection.request("GET", path)
        response = connection.getresponse()
        assert response.read() in {b"up", b"not ready"}
    connection.close()


def test_D15_a_request_in_progress_is_answered_after_term(serve: Serve) -> None:
    process = serve()
    with socket.create_connection(("127.0.0.1", port_of(process)), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: id.contoso.test\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        process.send_signal(signal.SIGTERM)
        while connection.recv(4096):
            pass  # it ends the idle connection by itself
    process.communicate(timeout=STOPPING_SECONDS)
    assert process.returncode == 0


def test_WE12_it_takes_as_many_connections_as_the_system_allows(serve: Serve) -> None:
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(few, 256), most))
    try:
        process = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
    port_of(process)
    assert resource.prlimit(process.pid, resource.RLIMIT_NOFILE) == (most, most)


def test_dev_tls_is_believed_by_who_trusts_its_authority(serve: Serve, folder: Path) -> None:
    process = serve("--dev-tls")
    port = port_of(process)
    trusting = ssl.create_default_context(cafile=str(folder / "dev-authority.pem"))
    connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusting)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def test_D39_a_port_that_is_taken_is_said_so(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = serve(PROOFUP_LISTEN=address)
        _, errors = process.communicate(timeout=STOPPING_SECONDS)
    assert process.returncode == 1
    assert f"proofup: listen: {address}" in errors


def test_a_second_server_of_a_sqlite_file_is_refused(serve: Serve) -> None:
    port_of(serve())
    second = serve()
    _, errors = second.communicate(timeout=STOPPING_SECONDS)
    assert second.returncode == 1
    assert "served by another process" in errors


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "nothing here speaks TLS"),
        ({"PROOFUP_PUBLIC_URL": "http://localhost:80", "PROOFUP_LISTEN": "0.0.0.0:0"}, "listen"),
    ],
)
def test_D39_what_is_doubtful_is_shouted(
    serve: Serve, environment: dict[str, str], words: str
) -> None:
    process = serve(**environment)
    assert process.stdout is not None
    process.stdout.readline()
    log = stop(process)
    warnings = [line["message"] for line in log if line["level"] == "warning"]
    assert any(words in warning for warning in warnings)
    assert any("texts are not set up" in warning for warning in warnings)
