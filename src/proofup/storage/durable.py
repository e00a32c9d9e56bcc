"""Files that have to outlive a loss of power."""

import os
from pathlib import Path


def flush(file: Path) -> None:
    """Return when a file, or what a folder lists, is on the disk."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
