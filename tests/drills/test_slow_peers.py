"""Drill D25: slow heads, slow bodies, slow readers, idle sockets, while somebody wants a page.

PROOFUP_DRILL_PEERS says how many of each kind there are (100, or 1000 before a release).
"""

import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from drills.running import Running, running
from drills.siege import NETWORKS

pytestmark = pytest.mark.slow
PEERS = int(os.environ.get("PROOFUP_DRILL_PEERS", "100"))
SIEGE = Path(__file__).with_name("siege.py")
# On a machine with other tests, the slowest of a hundred measure those.
JUDGED = 99 if PEERS >= 1000 else 50
PAGES, PARTS = 150, 3
CLOSED_WITHIN_SECONDS = 15
LONGEST_SECONDS = 40
NOISE_SECONDS = 0.005  # of a machine that does other things too


@pytest.fixture
def service(service_folder: Path) -> Iterator[Running]:
    with running(service_folder) as made:
        made.start()
        yield made


def page(service: Running) -> tuple[str, float]:
    """Return a page for somebody who comes anew, and the seconds that they wait."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=10)
    begun = time.perf_counter()
    connection.request("GET", "/signin", headers={"host": f"localhost:{service.port}"})
    answer = connection.getresponse()
    html = answer.read().decode()
    connection.close()
    assert answer.status == 200
    return html, time.perf_counter() - begun


def wait(service: Running) -> float:
    """Return the wait for a page: the minimum of some measurements."""
    return min(
        statistics.quantiles([page(service)[1] for _ in range(PAGES)], n=100)[JUDGED - 1]
        for _ in range(PARTS)
    )


def holding(service: Running) -> Counter[str]:
    """Return how many peers of each kind the server still has a socket for."""
    kinds = {network: kind for kind, network in NETWORKS.items()}
    held = Counter[str]()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, *_, inode = line.split()[1:10]
        network = int(remote[4:6], 16)  # of 127.<network>.*.7, last byte first
        if int(local.partition(":")[2], 16) == service.port and network in kinds and inode != "0":
            held[kinds[network]] += 1
    return held


def test_D25_WE12_peers_that_take_up_room_are_closed_and_others_do_not_wait(
    service: Running,
) -> None:
    html, _ = page(service)
    file = re.findall(r'"(/static/[^"]+\.js)"', html)[0]
    before = wait(service)
    host = f"localhost:{service.port}"
    with subprocess.Popen(
        [sys.executable, str(SIEGE), str(service.port), host, file, str(PEERS)],
        stdout=subprocess.PIPE,
    ) as siege:
        assert siege.stdout
        assert siege.stdout.readline() == b"ready\n"
        since = time.monotonic()
        most, memory = holding(service), service.memory_kib()
        during = wait(service)
        most |= holding(service)  # some were still to be let in
        closed: dict[str, float] = {}
        while len(closed) < len(NETWORKS) and time.monotonic() - since < LONGEST_SECONDS:
            held = holding(service)
            for kind in NETWORKS:
                if not held[kind]:
                    closed.setdefault(kind, time.monotonic() - since)
            time.sleep(0.1)
        siege.kill()
    longest = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in closed.items())
    sys.stderr.write(
        f"\n{PEERS} of each kind: p{JUDGED} of a page {before * 1000:.1f} ms, under siege "
        f"{during * 1000:.1f} ms ({during / before:.2f}); {memory / 1024:.0f} MiB; "
        f"gone after {longest}\n"
    )
    assert sum(most.values()) >= 2 * PEERS, most  # or it was no siege
    assert set(closed) == set(NETWORKS), holding(service)
    assert max(closed.values()) <= CLOSED_WITHIN_SECONDS
    assert during <= 2 * before + NOISE_SECONDS
