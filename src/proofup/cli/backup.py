"""``proofup backup``: a consistent copy of the database, made while the server runs."""

import argparse
from pathlib import Path

from proofup.audit.events.service import BackupMade
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.config.key_file import read_key
from proofup.storage.durable import flush
from proofup.storage.maintenance.backing_up import back_up
from proofup.storage.maintenance.sqlite_copy import forget
from proofup.values.sealing import fingerprint

COMMAND = "backup"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make the copy under a temporary name, check it, then rename it."""
    file: Path = arguments.file.absolute()
    refuse_taken(file)
    part = file.with_name(f"{file.name}.part")
    forget(part)  # of a backup that was cut off
    async with opened(arguments.folder) as service:
        key = read_key(service.settings.key_file).reveal()
        name, url = fingerprint(key), service.settings.database.reveal()
        entry = service.entry(BackupMade(command=COMMAND, file=file.name, key=name))
        try:
            with progress(output, "pages") as advance:
                await back_up(service.store, url, part, entry, key=key, advance=advance)
        except OSError as error:
            forget(part)
            raise RefusedError("FILE", f"cannot be written ({error.strerror}).") from error
    size = _named(part, file)
    output.say(
        f"{file} holds a copy of the database, {size} bytes, looked through and whole.\n"
        f"It holds no key: it is opened by the key file {name} alone. Keep that one elsewhere, "
        "with proofup.toml.",
        {"file": str(file), "bytes": size, "keyFingerprint": name},
    )
    return 0


def refuse_taken(file: Path) -> None:
    """Raise RefusedError if ``file`` exists already."""
    if file.exists():
        raise RefusedError("FILE", f"{file} is there already.", "Name a new file.")
    if not file.parent.is_dir():
        raise RefusedError("FILE", f"there is no folder {file.parent}.", "Make it first.")


def _named(part: Path, file: Path) -> int:
    """Rename the finished copy, and return its size in bytes."""
    part.rename(file)
    flush(file.parent)
    return file.stat().st_size
