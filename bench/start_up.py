"""Measures the start of the service until it answers, and its idle memory."""

import os
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from pathlib import Path

import proofup
from bench.measuring import Cost
from bench.report import Figure, Report, Size
from bench.servers import HOST, cpu_seconds, free_port, running

IDLE_SECONDS = 0.5
MEBI = 1024


def start_up(report: Report, folder: Path, *, times: int) -> None:
    """Measure the start with a warm and a cold page cache, and memory afterwards."""
    service = folder / "service"
    _proofup(
        *("init", "--folder", service, "--organisation", "Contoso"),
        *("--public-url", "http://localhost:8080", "--admin", "kim@contoso.test"),
    )
    _started(service)
    warm = [_started(service) for _ in range(times)]
    cold = []
    for _ in range(times):
        _drop([service, Path(proofup.__file__).parent, Path(sysconfig.get_path("purelib"))])
        cold.append(_started(service))
    report.figures += [
        Figure(what=f"start until /healthz answers, {how}", cost=_median(found))
        for how, found in (("page cache warm", warm), ("page cache dropped", cold))
    ]
    report.sizes += [
        Size(
            what=f"start until /healthz answers, {how}",
            value=1000 * _median(found).wall,
            unit="ms",
            at_most=450,
        )
        for how, found in (("page cache warm", warm), ("page cache dropped", cold))
    ]
    report.sizes.append(
        Size(
            what="resident memory after the start",
            value=statistics.median(kib for _, kib in warm) / MEBI,
            unit="MiB",
            at_most=75,
        )
    )


def _median(found: Iterable[tuple[Cost, int]]) -> Cost:
    costs = [cost for cost, _ in found]
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
    )


def _started(service: Path) -> tuple[Cost, int]:
    """Start the service, and return the time and its idle memory in KiB."""
    port = free_port()
    # Installed programs have cached byte code; without this, each start would compile again.
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    words = [sys.executable, "-m", "proofup", "serve", "--folder", str(service)]
    with running(words, port, "/healthz", kept | {"PROOFUP_LISTEN": f"{HOST}:{port}"}) as process:
        wall = time.perf_counter() - begun
        cpu = cpu_seconds(process)
        time.sleep(IDLE_SECONDS)
        return Cost(cpu, wall), _resident_kib(process)


def _resident_kib(number: int) -> int:
    status = Path(f"/proc/{number}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _drop(folders: Iterable[Path]) -> None:
    """Ask the system to drop the files in ``folders`` from its page cache."""
    os.sync()
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                descriptor = os.open(file, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def _proofup(*words: str | Path) -> None:
    subprocess.run(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "proofup", *words], check=True, capture_output=True
    )
