"""Flushes files that must survive a loss of power."""

import os
from pathlib import Path


def flush(file: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
