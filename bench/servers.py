"""Servers of a measurement: programs that listen on this machine, and the CPU that they use."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

MOST_SECONDS = 30
HOST = "127.0.0.1"
CPU_OF_ALL_THREADS = 2  # the clock of a process, behind its number (clock_getcpuclockid(3))


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def cpu_seconds(process: int) -> float:
    """Return the CPU that all threads of a process have used."""
    return time.clock_gettime(~process << 3 | CPU_OF_ALL_THREADS)


@contextmanager
def running(
    words: Sequence[str | Path], port: int, looks_at: str, environment: Mapping[str, str]
) -> Iterator[int]:
    """Give the process that ``words`` start, once it answers ``looks_at``."""
    process = subprocess.Popen(  # noqa: S603 - a program of this machine with our own words
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.perf_counter() + MOST_SECONDS
        while not answers(port, looks_at):
            assert process.poll() is None, f"{words[0]} did not start"
            assert time.perf_counter() < until, f"{words[0]} does not answer"
            time.sleep(0.001)
        yield process.pid
    finally:
        process.terminate()
        process.wait(MOST_SECONDS)


def answers(port: int, path: str) -> bool:
    """Return whether a server answers ``path``."""
    connection = http.client.HTTPConnection(HOST, port, timeout=MOST_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except ConnectionError:
        return False
    finally:
        connection.close()
