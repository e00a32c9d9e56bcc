"""``proofup init``: a folder, settings, a key, a database, and the first administrator. Once.

It takes options, and asks in a terminal for what they do not tell. A settings file that is there
already is kept where no option tells a setting.

The database itself shows that a service exists: by its data keys, which no other key file opens,
and its audit log, which nothing empties. So a second administrator cannot be created this way, from
this folder or another, even after every user was deleted (security row AD12).
"""

import argparse
import contextlib
import fcntl
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from proofup.administration.begin_service import begin_service
from proofup.administration.drawn_password import drawn_password
from proofup.administration.newcomer import Newcomer
from proofup.administration.planned import Planned, together
from proofup.administration.set_rules import set_rules
from proofup.cli.add_user import newcomer_of
from proofup.cli.asking import Questions
from proofup.cli.first_questions import SettingsAsked, ask_administrator, ask_rules
from proofup.cli.first_settings import (
    OPTIONS,
    declare,
    file_text,
    is_same,
    lacking_secrets,
    told_in,
    variable,
)
from proofup.cli.opening import Opened, opened_with, password_of_stdin
from proofup.cli.output import Output, RefusedError
from proofup.cli.still_missing import still_missing
from proofup.config.errors import SettingsError
from proofup.config.file import FILE_NAME
from proofup.config.key_file import write_new_key
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy
from proofup.storage.errors import UnknownSchemaError
from proofup.values.errors import UnreadableSecretError
from proofup.values.secret import Secret

COMMAND = "init"
WRONG_ARGUMENTS = 2  # an exit code
GRACE_DAYS = 14  # of a new organisation, as Entra gives for registration
SECRET_BYTES = 32


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the settings, the first administrator, and who must have a second proof."""
    declare(parser)
    parser.add_argument("--admin", metavar="UPN", help="user name of the first administrator")
    parser.add_argument("--admin-name", metavar="NAME", help="display name of that person")
    parser.add_argument("--admin-mail", metavar="ADDRESS", help="where notices to them go")
    parser.add_argument("--admin-password-stdin", action="store_true", help="else one is drawn")
    parser.add_argument(
        "--demand",
        choices=[one.value for one in Demand],
        help="who must have a second proof besides administrators; everyone if not told",
    )
    parser.add_argument(
        "--grace-days", type=int, metavar="N", help=f"days to postpone it; {GRACE_DAYS} if not told"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing, also in a terminal")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make a new service; refuse if one exists."""
    folder: Path = arguments.folder.absolute()
    told = told_in(arguments)
    keeps = not told and (folder / FILE_NAME).exists()  # it was written beforehand
    if sys.stdin.isatty() and not (arguments.yes or arguments.json):
        questions = Questions()
        if not keeps:
            SettingsAsked(told, folder, questions).ask_all()
        ask_administrator(arguments, questions)
        ask_rules(arguments, questions)
    if lacking := _lacking(arguments, told, keeps=keeps):
        fix = "Name it, or run `proofup init` in a terminal, where it asks."
        output.refuse(RefusedError(lacking, "is missing.", fix))
        return WRONG_ARGUMENTS
    drawn = None if arguments.admin_password_stdin else drawn_password(os.urandom)
    password = drawn or password_of_stdin()
    _make_folder(folder)
    with _alone(folder), contextlib.ExitStack() as undone:
        settings = _settings(folder, None if keeps else told, undone)
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


def _lacking(arguments: argparse.Namespace, told: Mapping[str, str], *, keeps: bool) -> str | None:
    """Return the first option that must be given and is not."""
    needed = {} if keeps else {"--organisation": "organisation.name", "--public-url": "public_url"}
    missing = [
        option
        for option, name in needed.items()
        if name not in told and variable(name) not in os.environ
    ]
    return next(iter([*missing, *(() if arguments.admin else ("--admin",))]), None)


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
    actor, demand = service.actor(COMMAND), arguments.demand or Demand.EVERYONE.value
    rules = {"demand": demand}
    if arguments.grace_days is not None or demand == Demand.EVERYONE:
        days = GRACE_DAYS if arguments.grace_days is None else arguments.grace_days
        rules["graceDays"] = str(days)
    ruled = set_rules(service.acts, actor, Policy(), rules, at=service.at)
    begun = begin_service(actor, newcomer, at=service.at)
    await service.carry_out(together([begun, Planned(ruled.conditions, ruled.changes, None)]))
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


def _settings(folder: Path, told: dict[str, str] | None, undone: contextlib.ExitStack) -> Settings:
    """Write what is ``told`` to the settings file unless it exists, and read it as the server will.

    Without ``told`` the file was written by somebody else, and is kept.
    """
    file = folder / FILE_NAME
    if told is not None and not file.exists():
        told |= {name: secrets.token_urlsafe(SECRET_BYTES) for name in lacking_secrets(told)}
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        undone.callback(file.unlink)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(file_text(told))
    elif told is not None and not is_same(file.read_text(encoding="utf-8", errors="replace"), told):
        # An interrupted init may be repeated, but only with the same arguments.
        raise _made_already("The settings in the folder are another service's.")
    try:
        return read_settings(folder, os.environ)
    except SettingsError as error:
        option = OPTIONS.get(error.setting)
        name = f"--{option.replace('_', '-')}" if option else error.setting
        raise RefusedError(name, error.problem, error.fix) from error


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
    facts: dict[str, Any] = {
        "folder": str(settings.folder),
        "publicUrl": settings.public_url.origin,
        "administrator": {"id": newcomer.user.id, "userPrincipalName": name},
    }
    words = [
        f"A service for {settings.organisation.name} is made in {settings.folder}.",
        f"Administrator: {name}",
    ]
    if drawn is not None:
        facts["password"] = drawn.reveal()
        words.append(f"Password, shown this once: {drawn.reveal()}")
    words.append("Administrators must have a second proof: the first sign-in asks to register it.")
    lacks = list(still_missing(settings))
    facts["missing"] = [{"what": one.what, "fix": one.fix} for one in lacks]
    words += ["Still missing:", *(f"- {one.what}: {one.fix}" for one in lacks)]
    words.append(f"Start it with: proofup serve --folder {settings.folder}")
    output.say("\n".join(words), facts)
