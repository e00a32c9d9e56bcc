"""Describes the machine of a run."""

import os
import platform
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from postgres import NoServerError, binaries


def machine(folder: Path) -> list[str]:
    """Return the properties of this machine that matter; the databases were in ``folder``."""
    cores = len(os.sched_getaffinity(0))
    return [
        f"processor   {_processor()}, {cores} usable cores, load {os.getloadavg()[0]:.1f}",
        f"system      {platform.system()} {platform.release()}",
        f"Python      {platform.python_version()}, uvloop {version('uvloop')}",
        f"SQLite      {sqlite3.sqlite_version}",
        f"PostgreSQL  {_postgresql()}",
        f"filesystem  {_filesystem(folder)}, {shutil.disk_usage(folder).free >> 30} GiB free",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _postgresql() -> str:
    try:
        program = binaries() / "postgres"
    except NoServerError as error:
        return f"none: {error}"
    shown = subprocess.run(  # noqa: S603 - a program of this machine, nothing typed
        [program, "--version"], check=True, capture_output=True, text=True
    )
    return shown.stdout.strip()


def _filesystem(folder: Path) -> str:
    """Return the type and device of the filesystem of ``folder``."""
    found = "unknown"
    longest = -1
    for line in Path("/proc/mounts").read_text().splitlines():
        device, mount, kind, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) > longest:
            found, longest = f"{kind} on {device}", len(mount)
    return found
