"""``proofup init``: a folder, settings, a key, a database, and the first administrator. Once.

The database itself shows that a service exists: by its data keys, which no other key file opens,
and its audit log, which nothing empties. So a second administrator cannot be created this way, from
this folder or another, even after every user was deleted (security row AD12).
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from proofup.administration.begin_service import begin_service
from proofup.administration.drawn_password import drawn_password
from proofup.administration.newcomer import Newcomer
from proofup.cli.add_user import newcomer_of
from proofup.cli.opening import Opened, opened_with, password_of_stdin
from proofup.cli.output import Output, RefusedError
from proofup.config.errors import SettingsError
from proofup.config.file import FILE_NAME
from proofup.config.key_file import write_new_key
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.storage.errors import UnknownSchemaError
from proofup.values.errors import UnreadableSecretError
from proofup.values.secret import Secret

COMMAND = "init"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the organisation, the address and the first administrator."""
    parser.add_argument("--organisation", required=True, metavar="NAME", help="what pages call it")
    parser.add_argument("--public-url", required=True, metavar="URL", help="where people reach it")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL; else SQLite in the folder")
    parser.add_argument(
        "--admin", required=True, metavar="UPN", help="user name of the first person"
    )
    parser.add_argument("--admin-name", metavar="NAME", help="display name of that person")
    parser.add_argument("--admin-mail", metavar="ADDRESS", help="where notices to them go")
    parser.add_argument("--admin-password-stdin", action="store_true", help="else one is drawn")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make a new service; refuse if one exists."""
    drawn = None if arguments.admin_password_stdin else drawn_password(os.urandom)
    password = drawn or password_of_stdin()
    folder: Path = arguments.folder.absolute()
    _make_folder(folder)
    with _alone(folder), contextlib.ExitStack() as undone:
        settings = _settings(folder, _text(arguments), undone)
        if not settings.key_file.exists():
            write_new_key(settings.key_file, os.urandom)
            undone.callback(settings.key_file.unlink)
        try:
            async with opened_with(settings) as service:
                # From here on data are sealed with the key, so it must not be lost.
                undone.pop_all()
                newcomer = await _first_person(service, arguments, password)
        except (UnreadableSecretError, UnknownSchemaError) as error:
            raise _made_already("The database belongs to another service.") from error
    _tell(output, settings, newcomer, drawn)
    return 0


async def _first_person(
    service: Opened, arguments: argparse.Namespace, password: Secret[str]
) -> Newcomer:
    """Add the administrator, and mark the service as made, in one write."""
    if not await service.store.audit.is_empty():
        raise _made_already("This service was made before.")
    told = {
        "userPrincipalName": arguments.admin,
        "displayName": arguments.admin_name or _name_in(arguments.admin),
        "mail": arguments.admin_mail or "",
        "password": password.reveal(),
    }
    newcomer = await newcomer_of(service, told)
    await service.carry_out(begin_service(service.actor(COMMAND), newcomer, at=service.at))
    return newcomer


def _make_folder(folder: Path) -> None:
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
        elif folder.stat().st_mode & 0o077:
            problem = f"{folder} is open to other users."
            raise RefusedError("--folder", problem, f"Run `chmod 0700 {folder}`.")
    except OSError as error:
        problem = f"{folder} cannot be made ({error.strerror})."
        raise RefusedError("--folder", problem, "Name another folder.") from error


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder against a second ``init``."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise RefusedError("--folder", "another `proofup init` is at work in it.") from error
    finally:
        os.close(descriptor)


def _settings(folder: Path, text: str, undone: contextlib.ExitStack) -> Settings:
    """Write the settings file unless it exists, and read it as the server will."""
    file = folder / FILE_NAME
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        undone.callback(file.unlink)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
    elif file.read_text(encoding="utf-8", errors="replace") != text:
        # An interrupted init may be repeated, but only with the same arguments.
        raise _made_already("The settings in the folder are another service's.")
    try:
        return read_settings(folder, os.environ)
    except SettingsError as error:
        option = {"public_url": "--public-url", "organisation.name": "--organisation"}
        name = option.get(error.setting, error.setting)
        raise RefusedError(name, error.problem, error.fix) from error


def _text(arguments: argparse.Namespace) -> str:
    lines = [
        "# Every setting is explained in docs/operators/settings.md.",
        f"public_url = {_quoted(arguments.public_url)}",
    ]
    if arguments.database:
        lines.append(f"database = {_quoted(arguments.database)}")
    lines += ["", "[organisation]", f"name = {_quoted(arguments.organisation)}", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return ``text`` as a TOML string: JSON's syntax except for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name_in(user_name: str) -> str:
    """Return a display name made of a user name: Kim Larsen of kim.larsen@example.org."""
    words = re.split(r"[._-]+", user_name.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or user_name


def _made_already(problem: str) -> RefusedError:
    fix = "Nothing was changed. Name an empty folder and an empty database for a new service."
    return RefusedError("init", problem, fix)


def _tell(
    output: Output, settings: Settings, newcomer: Newcomer, drawn: Secret[str] | None
) -> None:
    name = newcomer.user.user_principal_name
    facts = {
        "folder": str(settings.folder),
        "publicUrl": settings.public_url.origin,
        "administrator": {"id": newcomer.user.id, "userPrincipalName": name},
    }
    words = [
        f"A service for {settings.organisation.name} is made in {settings.folder}.",
        f"Keep a copy of {settings.key_file} elsewhere: without it nothing here can be read.",
        f"Administrator: {name}",
    ]
    if drawn is not None:
        facts["password"] = drawn.reveal()
        words.append(f"Password, shown this once: {drawn.reveal()}")
    words.append(f"Start it with: proofup serve --folder {settings.folder}")
    output.say("\n".join(words), facts)
