"""``proofup user add``."""

import argparse
import os
from collections.abc import Mapping, Sequence
from functools import partial

from proofup.administration.add_people import add_people, hashed
from proofup.administration.drawn_password import drawn_password
from proofup.administration.newcomer import Newcomer
from proofup.assembly.newcomers import newcomer_rules
from proofup.cli.opening import Opened, opened, password_of_stdin
from proofup.cli.output import Output
from proofup.cli.users import name_argument
from proofup.directory.users import UserType
from proofup.values.ids import ordered_id
from proofup.values.secret import Secret

OPTIONS: Mapping[str, str] = {
    "display-name": "displayName",
    "given-name": "givenName",
    "surname": "surname",
    "mail": "mail",
    "mobile-phone": "mobilePhone",
    "business-phones": "businessPhones",
    "user-type": "userType",
    "account-enabled": "accountEnabled",
    "preferred-language": "preferredLanguage",
    "usage-location": "usageLocation",
    "authentication-phone": "authenticationPhone",
}

WORDS: Mapping[str, str] = {
    "displayName": "what pages and mails call the user; required",
    "givenName": "how mails greet the user",
    "surname": "the family name",
    "mail": "where notices go",
    "mobilePhone": "a number of the profile, never used for sign-in",
    "businessPhones": "up to five numbers of the profile, with semicolons",
    "userType": "Member if not told",
    "accountEnabled": "whether the user may sign in; true if not told",
    "preferredLanguage": "such as en-GB",
    "usageLocation": "the country, such as GB",
    "authenticationPhone": "a number that codes are texted to",
}
CHOICES: Mapping[str, Sequence[str]] = {
    "userType": [one.value for one in UserType],
    "accountEnabled": ("true", "false"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name and the optional columns of a new user."""
    name_argument(parser)
    parser.add_argument("--password-stdin", action="store_true", help="else one is drawn")
    for option, field in OPTIONS.items():
        choices, words = CHOICES.get(field), WORDS[field]
        metavar = None if choices else "TEXT"
        parser.add_argument(f"--{option}", dest=field, metavar=metavar, choices=choices, help=words)


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Add one user, with a password from standard input or one that is drawn and shown once."""
    drawn = None if arguments.password_stdin else drawn_password(os.urandom)
    password: Secret[str] = drawn or password_of_stdin()
    told = {name: getattr(arguments, name) or "" for name in OPTIONS.values()}
    told |= {"userPrincipalName": arguments.name, "password": password.reveal()}
    async with opened(arguments.folder) as service:
        newcomer = await newcomer_of(service, told)
        actor = service.actor("user add")
        await service.carry_out(add_people(actor, [newcomer], at=service.at))
    name = newcomer.user.user_principal_name
    words = f"{name} is added."
    facts = {"id": newcomer.user.id, "userPrincipalName": name}
    if drawn is not None:
        words += f"\nPassword, shown this once: {drawn.reveal()}"
        facts["password"] = drawn.reveal()
    output.say(words, facts)
    return 0


async def newcomer_of(service: Opened, told: Mapping[str, str]) -> Newcomer:
    """Return the new person in ``told``, with the password hashed."""
    rules = newcomer_rules(service.settings, service.store.keys, at=service.at)
    newcomer = rules.judge(told, partial(ordered_id, os.urandom, service.at))
    return await hashed(newcomer, service.hashing)
