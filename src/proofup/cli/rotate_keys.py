"""``proofup rotate-keys``: other keys, while the service goes on; cut off, it is run again."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from proofup.audit.events.service import KeysRemoved, KeysRotated
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.cli.push_keys import why_it_wakes
from proofup.config.key_file import next_key_file, put_in_place, read_key, write_new_key
from proofup.storage.maintenance.reindexing import reindex
from proofup.storage.maintenance.rewrapping import rewrap
from proofup.storage.maintenance.rotation import Rotation
from proofup.values.sealing import KeyPurpose, fingerprint

COMMAND = "rotate-keys"
# Servers look every second (cli.upkeep); what takes longer than this is not serving.
KNOWN_AFTER = timedelta(seconds=5)
SEALING = (KeyPurpose.METHODS, KeyPurpose.MESSAGES)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which keys are changed."""
    parser.add_argument(
        "--key-encryption-key", action="store_true", help="draw another key for the key file"
    )
    parser.add_argument(
        "--data-keys",
        nargs="*",
        metavar="PURPOSE",
        help="make new keys in the database; without a PURPOSE for all of them",
    )
    parser.add_argument(
        "--prune", action="store_true", help="forget the keys that nothing needs any more"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Change what was asked for, in the order in which it makes sense."""
    purposes = _purposes(arguments.data_keys)
    if not (arguments.key_encryption_key or purposes or arguments.prune):
        raise RefusedError(
            "rotate-keys",
            "was not told what to change.",
            "Say --key-encryption-key, --data-keys or --prune.",
        )
    facts: dict[str, Any] = {}
    async with opened(arguments.folder) as service:
        if arguments.key_encryption_key:
            facts |= await _key_encryption_key(service, output)
    async with opened(arguments.folder) as service:
        key = read_key(service.settings.key_file).reveal()
        rotation = Rotation(store=service.store, key_encryption_key=key, entropy=os.urandom)
        if purposes:
            facts |= await _data_keys(service, rotation, purposes, output)
        if arguments.prune:
            facts |= await _prune(service, rotation, output)
    if output.as_json:
        output.say("", facts)
    return 0


def _purposes(words: Sequence[str] | None) -> tuple[KeyPurpose, ...]:
    if words is None:
        return ()
    for word in words:
        if word not in set(KeyPurpose):
            known = ", ".join(KeyPurpose)
            raise RefusedError("--data-keys", f"{word!r} is no purpose.", f"Known are {known}.")
    return tuple(purpose for purpose in KeyPurpose if not words or purpose in words)


async def _key_encryption_key(service: Opened, output: Output) -> dict[str, Any]:
    """Wrap the data keys with a new key, then put its file in the place of the old one.

    Until ``--prune`` both open the database, so there is no moment at which the file that is
    there does not; a server that runs holds its data keys in memory and notices nothing.
    """
    file = service.settings.key_file
    old = read_key(file).reveal()
    new_file = next_key_file(file)
    try:
        new = (read_key(new_file) if new_file.exists() else _drawn(new_file)).reveal()
    except OSError as error:
        problem = f"{new_file} cannot be written ({error.strerror})."
        raise RefusedError("key_file", problem, "Run as the user who owns the folder.") from error
    rotation = Rotation(store=service.store, key_encryption_key=old, entropy=os.urandom)
    rotated = KeysRotated(command=COMMAND, key_encryption_key=fingerprint(new))
    await rotation.wrap_with(new, service.entry(rotated))
    kept = put_in_place(file)
    if not output.as_json:
        output.say(
            f"{file} holds the new key {fingerprint(new)}: keep a copy of it elsewhere, and give "
            f"it to every other node.\nThe old one is {kept}. It opens the backups made so far, "
            "and the database until `proofup rotate-keys --prune`.",
            {},
        )
    return {"keyEncryptionKey": fingerprint(new), "oldKeyFile": str(kept)}


def _drawn(file: Path) -> Any:
    return write_new_key(file, os.urandom)


async def _data_keys(
    service: Opened, rotation: Rotation, purposes: Sequence[KeyPurpose], output: Output
) -> dict[str, Any]:
    """Make new keys known, take them into use, and seal again what the old ones sealed."""
    if len(await service.store.data_keys.fingerprints()) > 1:
        raise RefusedError(
            "--data-keys",
            "two key files open this database, and a node may still have the old one.",
            "Give the new file to every node, then run `proofup rotate-keys --prune`.",
        )
    known = await rotation.make_known(purposes)
    output.note("The new keys are stored. Waiting until every server has seen them.")
    await asyncio.sleep(KNOWN_AFTER.total_seconds())
    named = {purpose.value: key_id for purpose, key_id in known.items()}
    rotated = KeysRotated(command=COMMAND, **named)
    await rotation.use(known, service.entry(rotated), at=service.at)
    # Whoever has not looked yet seals with the old key for another moment.
    await asyncio.sleep(KNOWN_AFTER.total_seconds())
    sealed_again = 0
    for purpose in SEALING:
        if purpose in known:
            with progress(output, f"rows of {purpose}") as advance:
                sealed_again += await rewrap(
                    service.store.engine,
                    service.store.keys,
                    purpose,
                    entropy=os.urandom,
                    advance=advance,
                )
    if KeyPurpose.NUMBERS in known:
        with progress(output, "rows of numbers") as advance:
            await reindex(service.store, advance=advance)
    if not output.as_json:
        words = f"In use are new keys for {', '.join(named)}. Sealed again: {sealed_again}."
        output.say(words, {})
    return {"dataKeys": named, "sealedAgain": sealed_again}


async def _prune(service: Opened, rotation: Rotation, output: Output) -> dict[str, Any]:
    """Forget what nothing needs, and say why the rest has to stay."""
    others = f"all but {fingerprint(rotation.key_encryption_key)}"
    entry = service.entry(KeysRemoved(command=COMMAND, key_encryption_key=others))
    forgot_wraps = await rotation.forget_other_wraps(entry)
    removed, kept = [], []
    for old in await rotation.old_keys(at=service.at):
        facts = {"purpose": old.purpose.value, "id": old.id}
        needed = old.needed or await why_it_wakes(service, old)
        if needed is None:
            gone = KeysRemoved(command=COMMAND, purpose=old.purpose, id=old.id)
            await rotation.forget(old, service.entry(gone))
            removed.append(facts)
        else:
            kept.append({**facts, "because": needed})
    if not output.as_json:
        lines = ["Only the key file that is there opens the database now."] if forgot_wraps else []
        lines += [f"{key['purpose']} {key['id']}: removed." for key in removed]
        lines += [f"{key['purpose']} {key['id']}: stays, for {key['because']}." for key in kept]
        output.say("\n".join(lines or ["There is no old key."]), {})
    return {"oldKeyFilesRefused": forgot_wraps, "removed": removed, "kept": kept}
