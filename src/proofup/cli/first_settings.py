"""The settings that ``proofup init`` is told, and the file it writes them to."""

import argparse
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofup.cli.output import RefusedError
from proofup.config.errors import SettingsError
from proofup.config.examples import EXAMPLES
from proofup.config.reading import PREFIX, flattened, settings_of

DEFAULT_MAIL_PORT = "587"
# An option for each setting that nearly every service needs; ``--set`` takes the others.
OPTIONS: Mapping[str, str] = {
    "organisation.name": "organisation",
    "public_url": "public_url",
    "database": "database",
    "trusted_proxies": "proxies",
    "organisation.default_region": "region",
    "smtp.host": "mail_server",
    "smtp.sender": "mail_sender",
}
# A secret that both sides are told is drawn where none is given.
DRAWN: Mapping[str, str] = {"texts.webhook": "texts.secret", "calls.webhook": "calls.secret"}


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the options that become settings."""
    parser.add_argument("--organisation", metavar="NAME", help="what pages call it")
    parser.add_argument("--public-url", metavar="URL", help="where people reach it")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL; else SQLite in the folder")
    parser.add_argument("--proxies", metavar="ADDRESS,…", help="the proxies in front of it")
    parser.add_argument("--region", metavar="GB", help="country of numbers without a country code")
    parser.add_argument("--mail-server", metavar="HOST[:PORT]", help="takes our mails")
    parser.add_argument("--mail-sender", metavar="ADDRESS", help="the sender of our mails")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other setting, such as texts.countries=GB,IE; may be repeated",
    )


def told_in(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the settings in ``arguments`` as text, by name. Raises RefusedError."""
    told = {name: getattr(arguments, option) for name, option in OPTIONS.items()}
    found = {name: text for name, text in told.items() if text}
    if "smtp.host" in found:
        found |= mail_server(found["smtp.host"])
    for pair in arguments.set:
        name, equals, value = pair.partition("=")
        if not equals or name not in EXAMPLES:
            problem = f"{pair!r} is no setting with a value."
            raise RefusedError("--set", problem, f"For example: {EXAMPLES['texts.countries']}")
        found[name] = value
    return found


def mail_server(text: str) -> dict[str, str]:
    """Return the settings in ``host:port`` or ``host``."""
    host, colon, port = text.rpartition(":")
    return {"smtp.host": host, "smtp.port": port} if colon else {"smtp.host": text}


def refused_value(folder: Path, told: Mapping[str, str], name: str) -> SettingsError | None:
    """Return why the setting ``name`` cannot have the value that is ``told``, if it cannot."""
    needed = {"public_url": "https://id.example.org", "organisation.name": "Contoso"}
    variables = {variable(one): text for one, text in (needed | dict(told)).items()}
    try:
        settings_of(folder, {}, variables)
    except SettingsError as error:
        return error if error.setting in {name, variable(name)} else None
    return None


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper().replace(".", "__")


def file_text(told: Mapping[str, str]) -> str:
    """Return the text of a settings file with what is ``told``, in the order of the settings."""
    lines = ["# docs/operators/settings.md explains every setting."]
    section = ""
    for name in EXAMPLES:
        if name in told:
            if name.partition(".")[0] != section and "." in name:
                lines.append("")
            section = name.partition(".")[0] if "." in name else ""
            lines.append(f"{name} = {_written(name, told[name])}")
    return "\n".join([*lines, ""])


def is_same(text: str, told: Mapping[str, str]) -> bool:
    """Tell whether a settings file holds what is ``told``, and else only secrets we have drawn."""
    try:
        held = flattened(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return False
    wanted = flattened(tomllib.loads(file_text(told)))
    return wanted == {name: held[name] for name in wanted if name in held} and set(held) - set(
        wanted
    ) <= set(DRAWN.values())


def lacking_secrets(told: Mapping[str, str]) -> list[str]:
    """Return the secrets to draw: those that are told neither here nor in the environment."""
    return [
        secret
        for webhook, secret in DRAWN.items()
        if webhook in told and secret not in told and variable(secret) not in os.environ
    ]


def _written(name: str, text: str) -> str:
    """Return a value in TOML, of the type that the example of the setting has."""
    example: Any = flattened(tomllib.loads(EXAMPLES[name]))[name]
    if isinstance(example, list):
        parts = (part.strip() for part in text.split(","))
        return f"[{', '.join(_quoted(part) for part in parts if part)}]"
    is_plain = isinstance(example, int | float) and text.replace(".", "", 1).isdecimal()
    is_truth = isinstance(example, bool) and text in {"true", "false"}
    return text if is_plain or is_truth else _quoted(text)


def _quoted(text: str) -> str:
    """Return ``text`` as a TOML string: JSON's syntax except for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
