"""The file with the key-encryption key: one line, 32 random bytes in base64, mode 0600.

A file 0440 of root in a group of this process is accepted too: so Kubernetes mounts a Secret.

This file and the database together reveal everything. Without this file every registered app and
every password is lost. So the start fails if the key is missing, readable by others, or copied from
documentation (security row KE3).
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
MOUNTED_SECRET = 0o440
LEAST_DIFFERENT = 16  # distinct bytes of 32; one in 10^18 random keys has fewer


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
        if _is_mounted_secret(facts):
            return _decoded(file, opened.read(LONGEST_FILE))
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


def _is_mounted_secret(facts: os.stat_result) -> bool:
    """Tell whether only root and a group of ours can read the file, and nobody writes it."""
    is_ours = facts.st_gid in {os.getegid(), *os.getgroups()}
    return facts.st_uid == 0 and is_ours and stat.S_IMODE(facts.st_mode) == MOUNTED_SECRET


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
    """Return whether the bytes are an even sequence or text, as in examples."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or (key.isascii() and key.decode().isprintable())


def write_new_key(file: Path, entropy: Entropy) -> Secret[bytes]:
    """Write a random key to ``file``, which must not exist, and return the key."""
    key = entropy(KEY_BYTES)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(key) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    return Secret(key)


def next_key_file(file: Path) -> Path:
    """Return the path of the next key, which will replace the one in ``file``."""
    return file.with_name(f"{file.name}.new")


def put_in_place(file: Path) -> Path:
    """Replace the key in ``file`` with the next key; return the new path of the old one.

    At every moment ``file`` holds a complete key.
    """
    kept = file.with_name(f"{file.name}.{fingerprint(read_key(file).reveal())}")
    kept.unlink(missing_ok=True)
    os.link(file, kept)
    next_key_file(file).replace(file)
    flush(file.parent)
    return kept
