"""The benchmark still runs; its figures are not tested."""

import subprocess
import sys
from pathlib import Path

import pytest

from unmeasured import unmeasured

pytestmark = pytest.mark.slow
TOP = Path(__file__).parents[1]
SECONDS = 300


def test_a_quick_benchmark_measures_everything(tmp_path: Path) -> None:
    """Takes longer than 5 s: it starts the service five times, and full load is real hashes."""
    words = [sys.executable, "-m", "bench", "--quick", "--folder", str(tmp_path)]
    ran = subprocess.run(
        words,
        cwd=TOP,
        env=unmeasured(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Ratios within this run" in ran.stdout
    for what in (
        "start until",
        "import of",
        "client credentials",
        "refresh rotation",
        "text challenge",
        "whole sign-in",
        "over hashes alone",
        "durable",
        "median",
    ):
        assert what in ran.stdout, what
