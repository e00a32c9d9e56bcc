"""The file with the key-encryption key: one line, 32 random bytes in base64, for us alone.

Whoever has this file and the database has everything; whoever loses it loses every registered
app and every password. So a key that is missing, readable by others, or an example from a page
stops the start (security.md KE3).
"""

import base64
import binascii
import os
import stat
from itertools import pairwise
from pathlib import Path

from proofup.config.errors import SettingsError
from proofup.storage.durable import flush
from proofup.values.ids import Entropy
from proofup.values.sealing import KEY_BYTES, fingerprint
from proofup.values.secret import Secret

SETTING = "key_file"
LONGEST_FILE = 1024  # bytes
LEAST_DIFFERENT = 16  # of 32 random bytes, fewer different ones come once in 10 to the 18 files


def read_key(file: Path) -> Secret[bytes]:
    """Return the key-encryption key in ``file``. Raises SettingsError."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise SettingsError(
            SETTING,
            f"there is no file {file}.",
            "Put the key back from where it was kept; for a new service run `proofup init`.",
        ) from error
    except OSError as error:
        raise SettingsError(
            SETTING, f"{file} cannot be read ({error.strerror}).", "Run as the user who owns it."
        ) from error
    with os.fdopen(descriptor, "rb") as opened:
        facts = os.fstat(opened.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise SettingsError(
                SETTING, f"{file} is no plain file.", "Name the file that holds the key."
            )
        if facts.st_uid != os.geteuid():
            raise SettingsError(
                SETTING, f"{file} belongs to another user.", f"Run `chown {os.geteuid()} {file}`."
            )
        if stat.S_IMODE(facts.st_mode) & 0o177:
            raise SettingsError(
                SETTING,
                f"{file} is open to other users (mode {stat.S_IMODE(facts.st_mode):04o}).",
                f"Run `chmod 0600 {file}`, and ask yourself who has read it.",
            )
        return _decoded(file, opened.read(LONGEST_FILE))


def _decoded(file: Path, content: bytes) -> Secret[bytes]:
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError(
            SETTING, f"{file} holds no base64.", "Put the key back from where it was kept."
        ) from error
    if len(key) != KEY_BYTES:
        raise SettingsError(
            SETTING,
            f"{file} holds {len(key)} bytes, not {KEY_BYTES}.",
            "Put the key back from where it was kept.",
        )
    if len(set(key)) < LEAST_DIFFERENT or _is_regular(key):
        raise SettingsError(
            SETTING,
            f"{file} holds a sample and no random key.",
            "Let `proofup init` draw one, in another folder if need be.",
        )
    return Secret(key)


def _is_regular(key: bytes) -> bool:
    """Tell whether the bytes go up or down evenly, or are text, as examples do."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or (key.isascii() and key.decode().isprintable())


def write_new_key(file: Path, entropy: Entropy) -> Secret[bytes]:
    """Draw a key into ``file``, which must not be there yet, and return it."""
    key = entropy(KEY_BYTES)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(key) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    return Secret(key)


def next_key_file(file: Path) -> Path:
    """Return where the key lies that is to take the place of the one in ``file``."""
    return file.with_name(f"{file.name}.new")


def put_in_place(file: Path) -> Path:
    """Put the next key in the place of the one in ``file``; return where that one is kept now.

    At every moment there is a whole key under the name ``file``.
    """
    kept = file.with_name(f"{file.name}.{fingerprint(read_key(file).reveal())}")
    kept.unlink(missing_ok=True)
    os.link(file, kept)
    next_key_file(file).replace(file)
    flush(file.parent)
    return kept
