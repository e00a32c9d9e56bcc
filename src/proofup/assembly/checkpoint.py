"""How far a SQLite database was, in a file of the folder: notices an older copy in its place.

Codes that were used since are unused in an older copy. ``proofup restore`` makes those void; a file
that was copied by hand brings them back. What is kept is the newest entry of the audit log: its
digest is keyed, so that nobody without the key makes another one.

Only a file is copied like this. PostgreSQL may lose its last entries when a standby takes over,
which must not keep a node from starting.
"""

import logging
import os
import re
from pathlib import Path

from proofup.config.settings import Settings
from proofup.storage.errors import OlderDatabaseError
from proofup.storage.store import SQLITE, Store
from proofup.values.errors import ProofupError

log = logging.getLogger(__name__)

LINE = re.compile(r"(\d{1,18}):([0-9a-f]{64})\n")
LONGEST = 128  # letters


def checkpoint_file(settings: Settings) -> Path | None:
    """Return where the checkpoint lies, or None where the database keeps none."""
    if not settings.database.reveal().startswith(SQLITE):
        return None
    return settings.folder / "checkpoint"


async def check_not_older(store: Store, file: Path) -> None:
    """Raise OlderDatabaseError where the entry that ``file`` names is not in the audit log."""
    try:
        with file.open(encoding="ascii", errors="replace") as opened:
            found = LINE.fullmatch(opened.read(LONGEST))
    except FileNotFoundError:
        return
    if found and not await store.audit.holds(int(found[1]), found[2]):
        raise OlderDatabaseError(str(file), int(found[1]))


async def note(store: Store, file: Path) -> None:
    """Write down how far the audit log is, at each moment in a whole file.

    Where that does not work it is said in the log: the work that was done stands.
    """
    try:
        head = await store.audit.head()
        if head is not None and head.sequence:
            _write(file, f"{head.sequence}:{head.digest}\n")
    except (ProofupError, OSError) as error:
        log.warning("no checkpoint in %s: %s", file, type(error).__name__)


def _write(file: Path, line: str) -> None:
    following = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(following, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(line)
    following.replace(file)
