"""Reads the settings file; refuses one with secrets that other users could read."""

import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofup.config.errors import SettingsError

FILE_NAME = "proofup.toml"
LONGEST_FILE = 256 * 1024  # bytes
READABLE_BY_OTHERS = stat.S_IROTH
SECRETS = (
    "smtp.password",
    "texts.secret",
    "texts.kannel.password",
    "texts.smpp.password",
    "texts.twilio.token",
    "calls.twilio.token",
    "calls.secret",
    "log_stream.secret",
    "legacy.secret",
    "metrics.token",
)


def read_file(file: Path) -> dict[str, Any]:
    """Return the table in ``file``. Raises SettingsError."""
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise SettingsError(
            str(file),
            "is not there.",
            "Make a new service with `proofup init`, or name its folder with `--folder`.",
        ) from error
    except OSError as error:
        raise SettingsError(
            str(file),
            f"cannot be read ({error.strerror}).",
            "Run as the user who owns it.",
        ) from error
    if len(content) > LONGEST_FILE:
        raise SettingsError(str(file), "is far too large for settings.", "Name another folder.")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(str(file), f"is no TOML: {error}.", "Mend that line.") from error


def refuse_readable_secrets(file: Path, table: Mapping[str, Any]) -> None:
    """Raise SettingsError where ``file`` holds a secret and every user of the host can read it."""
    inside = [name for name in SECRETS if _holds(table, name)]
    if isinstance(table.get("database"), str) and "@" in table["database"]:
        inside.append("database")
    if inside and file.stat().st_mode & READABLE_BY_OTHERS:
        raise SettingsError(
            str(file), f"holds {inside[0]} and everybody can read it.", f"Run `chmod 0600 {file}`."
        )


def _holds(table: Mapping[str, Any], name: str) -> bool:
    """Return whether ``table`` has a value under the dotted ``name``."""
    found: Any = table
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True
