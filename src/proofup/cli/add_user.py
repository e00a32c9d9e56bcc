"""``proofup user add``."""

import argparse
import os

from proofup.cli.columns import COLUMNS, OPTIONS
from proofup.cli.drawn_password import drawn_password
from proofup.cli.newcomer import Reception, added_entry
from proofup.cli.opening import opened, password_of_stdin
from proofup.cli.output import Output
from proofup.cli.users import name_argument
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.values.secret import Secret


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name, and what else can be told of a new user."""
    name_argument(parser)
    parser.add_argument("--password-stdin", action="store_true", help="else one is drawn")
    for option, column in OPTIONS.items():
        parser.add_argument(f"--{option}", dest=column, metavar="TEXT", help=column)


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Add one user, with a password from standard input or one that is drawn and shown once."""
    drawn = None if arguments.password_stdin else drawn_password(os.urandom)
    password: Secret[str] = drawn or password_of_stdin()
    told = {name: getattr(arguments, name, None) or "" for name in COLUMNS}
    told |= {"userPrincipalName": arguments.name, "password": password.reveal()}
    async with opened(arguments.folder) as service:
        reception = Reception.of(service, CommonPasswordTable(), os.urandom)
        newcomer = reception.receive(told)
        credential = await service.hashing.hash(newcomer.user.id, password, at=service.at)
        entry = added_entry(service, newcomer, "user add")
        await service.store.commit(*newcomer.changes(credential), entry)
    name = newcomer.user.user_principal_name
    words = f"{name} is added."
    facts = {"id": newcomer.user.id, "userPrincipalName": name}
    if drawn is not None:
        words += f"\nPassword, shown this once: {drawn.reveal()}"
        facts["password"] = drawn.reveal()
    output.say(words, facts)
    return 0
