"""``proofup user …``: looking at one user, and changing one."""

import argparse
import os
from collections.abc import Mapping
from typing import Any

from proofup.administration import force_password_change as force
from proofup.administration.drawn_password import drawn_password
from proofup.administration.finding_roles import NamedRole, named_roles
from proofup.administration.release_changes import release_changes
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.cli.opening import Opened, opened, password_of_stdin
from proofup.cli.output import Output
from proofup.cli.plain_words import in_words
from proofup.cli.profile import profile
from proofup.directory.passwords import ForcedChange
from proofup.methods.catalogue import Catalogue
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.target import Target


def name_argument(parser: argparse.ArgumentParser) -> None:
    """Declare whom a command is about."""
    parser.add_argument("name", metavar="NAME", help="user principal name or id")


def set_password_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose password it is, and where it comes from."""
    name_argument(parser)
    parser.add_argument("--password-stdin", action="store_true", help="else one is drawn")
    forced = parser.add_mutually_exclusive_group()
    forced.add_argument(
        "--permanent", action="store_true", help="the user need not replace it, and it is not over"
    )
    forced.add_argument(
        "--with-mfa", action="store_true", help="the user replaces it after a second proof only"
    )


def force_password_change_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who must replace the password, and after what."""
    name_argument(parser)
    parser.add_argument("--with-mfa", action="store_true", help="after a second proof only")


show_arguments = disable_arguments = enable_arguments = name_argument
release_arguments = sign_out_arguments = name_argument


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show the profile, the account and the methods, with numbers masked."""
    async with opened(arguments.folder) as service:
        facts = await _facts(service, await service.target(arguments.name))
    if output.as_json:
        output.say("", facts)
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name, in_words(value))
    Console(file=output.out, highlight=False, markup=False).print(table)
    return 0


async def set_password(arguments: argparse.Namespace, output: Output) -> int:
    """Set a new password, and end every session."""
    drawn = None if arguments.password_stdin else drawn_password(os.urandom)
    password = drawn or password_of_stdin()
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user set-password")
        forced = None if arguments.permanent else _forced(arguments)
        act = await reset_password(
            service.acts, actor, target, password, forced_change=forced, at=service.at
        )
        until = await service.carry_out(act)
    words = "has another password, and every session is ended."
    more: dict[str, Any] = {
        "forcedChange": forced,
        "until": until.isoformat(timespec="seconds") if until else None,
    }
    if until is not None:
        words += f"\nIt must be replaced at the next sign-in, by {until:%Y-%m-%d %H:%M} UTC."
    if drawn is not None:
        words += f"\nPassword, shown this once: {drawn.reveal()}"
        more["password"] = drawn.reveal()
    say_of(target, output, words, more)
    return 0


async def force_password_change(arguments: argparse.Namespace, output: Output) -> int:
    """Demand a new password at the next sign-in, and end every session."""
    forced = _forced(arguments)
    async with opened(arguments.folder) as service:
        target = await service.target(arguments.name)
        actor = service.actor("user force-password-change")
        act = force.force_password_change(service.acts, actor, target, forced, at=service.at)
        await service.carry_out(act)
    words = "chooses another password at the next sign-in, and every session is ended."
    say_of(target, output, words, {"forcedChange": forced})
    return 0


def _forced(arguments: argparse.Namespace) -> ForcedChange:
    return ForcedChange.NEXT_SIGN_IN_WITH_MFA if arguments.with_mfa else ForcedChange.NEXT_SIGN_IN


async def disable(arguments: argparse.Namespace, output: Output) -> int:
    """Disable the account, and end every session."""
    return await _enabled(arguments, output, enabled=False)


async def enable(arguments: argparse.Namespace, output: Output) -> int:
    """Enable the account."""
    return await _enabled(arguments, output, enabled=True)


async def _enabled(arguments: argparse.Namespace, output: Output, *, enabled: bool) -> int:
    async with opened(arguments.folder) as service:
        target = await service.target(arguments.name)
        actor = service.actor("user enable" if enabled else "user disable")
        await service.carry_out(set_account_enabled(actor, target, enabled=enabled, at=service.at))
    words = "may sign in." if enabled else "may not sign in any more, and is signed out everywhere."
    say_of(target, output, words, {"accountEnabled": enabled})
    return 0


async def release(arguments: argparse.Namespace, output: Output) -> int:
    """Allow the user to change methods again."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user release")
        was_held = await service.carry_out(release_changes(actor, target, at=service.at))
    done = "may change phones and apps again." if was_held else "was not held; nothing was changed."
    say_of(target, output, done, {"wasHeld": was_held})
    return 0


async def sign_out(arguments: argparse.Namespace, output: Output) -> int:
    """End every session and sign-in in progress of the user."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user sign-out")
        await service.carry_out(revoke_sessions(service.acts, actor, target, at=service.at))
    say_of(target, output, "is signed out everywhere.", {})
    return 0


def say_of(target: Target, output: Output, words: str, facts: Mapping[str, Any]) -> None:
    """Report an act: as text, the name and ``words``; as JSON, ``facts`` with name and id."""
    user = target.person.user
    name = user.user_principal_name
    output.say(f"{name} {words}", {"id": user.id, "userPrincipalName": name, **facts})


async def _facts(service: Opened, target: Target) -> dict[str, Any]:
    account, methods = target.person.account, service.room.catalogue
    held, blocked = account.changes_held_at, account.proofs_blocked_until
    return {
        **profile(target.person.user),
        "accountEnabled": account.enabled,
        "changesHeldSince": held.isoformat() if held else None,
        "perUserMfaState": account.mfa_state.value,
        "proofsBlockedUntil": blocked.isoformat() if blocked else None,
        "roles": [_role(one) for one in await named_roles(service.acts, target.roles)],
        "methods": [method_line(methods, method) for method in target.held],
    }


def method_line(catalogue: Catalogue, method: RegisteredMethod) -> str:
    """Return a method as shown; where its kind has several uses, with the one it has."""
    declaration, line = catalogue.declaration(method), catalogue.describe(method).line
    if declaration.alike or len(declaration.slots) == 1:
        return line
    return f"{line} ({method.slot.rpartition('.')[2]})"


def _role(held: NamedRole) -> str:
    whom = f" for {held.unit}" if held.unit else ""
    return f"{held.name}{whom}" + (f" until {held.until:%Y-%m-%d %H:%M} UTC" if held.until else "")
