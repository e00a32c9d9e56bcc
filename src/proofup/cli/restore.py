"""``proofup restore``: restores a backup and makes it safe; refuses before it changes anything.

A SQLite copy is checked under a temporary name: the key file must open it, its pages must be
intact, its audit log complete. Then sessions, codes and links of the copy are voided, and only then
the copy gets its final name.
"""

import argparse
import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from proofup.audit.events.service import ServiceRestored
from proofup.cli.opening import Opened, opened_with
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.config.key_file import read_key
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.methods.registered_methods import RegisteredMethod
from proofup.storage.errors import WrongKeyError
from proofup.storage.maintenance.restoring import make_safe
from proofup.storage.maintenance.sqlite_copy import (
    copy_sqlite,
    forget,
    is_intact,
    is_sqlite,
    move,
)
from proofup.storage.schema import sqlite_path
from proofup.storage.sqlite import lock_beside
from proofup.storage.store import SQLITE
from proofup.values.errors import ProofupError
from proofup.values.sealing import fingerprint
from proofup.values.secret import Secret

COMMAND = "restore"
UNCHANGED = "Nothing was changed. Take an older backup."
NOT_SERVED = "The database is not served as it is. Make it anew and take an older backup."
SAFE = (
    "Everybody has to sign in again. Texts that waited are given up, links of notices are over, "
    "and an app's code counts from the next minute on."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is put back, and over what."""
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="what backup made")
    parser.add_argument(
        "--over", action="store_true", help="take the place of a database, which is kept aside"
    )
    parser.add_argument(
        "--as-it-is",
        action="store_true",
        help="no FILE: other means have put the database back, make it safe",
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Restore the file into the folder's database, or make the present database safe."""
    settings = read_settings(arguments.folder, os.environ)
    read_key(settings.key_file)  # refuses early if the key file is missing
    file: Path | None = arguments.file
    if (file is None) != arguments.as_it_is:
        raise RefusedError(
            "FILE", "and --as-it-is exclude each other, and one is needed.", "Say which."
        )
    if file is None:
        async with opened_with(settings, restoring=True) as service:
            await _make_safe(service)
    elif settings.database.reveal().startswith(SQLITE):
        await _restore_sqlite(settings, file, output, over=arguments.over)
    else:
        await _restore_postgresql(settings, file)
    facts = {"folder": str(settings.folder), "file": str(file) if file else None}
    output.say(f"The service in {settings.folder} is restored. {SAFE}", facts)
    return 0


async def _restore_sqlite(settings: Settings, file: Path, output: Output, *, over: bool) -> None:
    path = sqlite_path(settings.database.reveal())
    _look_at(file, is_sqlite, "no backup of a SQLite database")
    if path.exists() and not over:
        raise RefusedError(
            "--folder",
            f"there is a database already, {path}.",
            "Nothing was changed. Say --over to put the backup in its place and keep it aside.",
        )
    trial = path.with_name(f"{path.name}.restoring")
    with _nobody_serves(path):
        forget(trial)
        try:
            with progress(output, "pages") as advance:
                await asyncio.to_thread(copy_sqlite, file, trial, advance)
            await _refuse_broken_pages(trial, file)
            there = _at(settings, trial)
            async with opened_with(there, restoring=True) as service:
                await _refuse_broken_log(service, file)
                await _make_safe(service)
                aside = path.with_name(f"{path.name}.before-{service.at:%Y%m%dT%H%M%S}")
        except BaseException:
            forget(trial)
            raise
        if path.exists():
            move(path, aside)
            output.note(f"The database that was there is {aside} now.")
        move(trial, path)


async def _restore_postgresql(settings: Settings, file: Path) -> None:
    from proofup.storage.maintenance.postgresql_dump import fingerprints_in, is_dump, restore
    from proofup.storage.schema import is_empty, mark, unmark

    url = settings.database.reveal()
    _look_at(file, is_dump, "no backup of a PostgreSQL database")
    name = fingerprint(read_key(settings.key_file).reveal())
    wanted = await asyncio.to_thread(fingerprints_in, file)
    if name not in wanted:
        raise WrongKeyError(name, wanted)
    if not await asyncio.to_thread(is_empty, url):
        raise RefusedError(
            "database", "is not empty.", "Nothing was changed. Make a new one and name it."
        )
    await asyncio.to_thread(mark, url)
    try:
        await asyncio.to_thread(restore, url, file)
    except ProofupError:
        await asyncio.to_thread(unmark, url)
        raise
    async with opened_with(settings, restoring=True) as service:
        await _refuse_broken_log(service, file, fix=NOT_SERVED)
        await _make_safe(service)


async def _make_safe(service: Opened) -> None:
    """Void sessions, codes and links of the copy; see ``storage.maintenance.restoring``."""
    head = await service.store.audit.head()
    known = service.room.catalogue

    def put_back(held: RegisteredMethod) -> RegisteredMethod:
        return known.of(held).put_back(held, at=service.at)

    restored = ServiceRestored(
        command=COMMAND,
        last_entry=head.sequence if head else None,
        last_digest=head.digest if head else None,
    )
    entry = service.entry(restored)
    await make_safe(service.store, put_back, entry, entropy=os.urandom, at=service.at)


async def _refuse_broken_pages(trial: Path, file: Path) -> None:
    if not await asyncio.to_thread(is_intact, trial):
        raise _damaged(file)


async def _refuse_broken_log(service: Opened, file: Path, *, fix: str = UNCHANGED) -> None:
    if await service.store.audit.verify() is not None:
        raise _damaged(file, fix)


def _look_at(file: Path, is_one: Callable[[Path], bool], problem: str) -> None:
    try:
        right = is_one(file)
    except OSError as error:
        raise RefusedError("FILE", f"{file} cannot be read ({error.strerror}).") from error
    if not right:
        raise RefusedError("FILE", f"{file} is {problem}.", "Nothing was changed.")


def _damaged(file: Path, fix: str = UNCHANGED) -> RefusedError:
    return RefusedError("FILE", f"{file} is damaged.", fix)


def _at(settings: Settings, database: Path) -> Settings:
    return replace(settings, database=Secret(f"{SQLITE}{database}"))


@contextlib.contextmanager
def _nobody_serves(path: Path) -> Iterator[None]:
    """Prevent a server from starting, and refuse if one runs."""
    lock = lock_beside(path)
    try:
        yield
    finally:
        os.close(lock)
