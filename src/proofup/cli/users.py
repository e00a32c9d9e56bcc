"""``proofup user …``: looking at one user, and changing one."""

import argparse
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from proofup.audit.events.accounts import PasswordSet, UserChanged
from proofup.audit.events.methods import ChangesReleased
from proofup.audit.events.sign_ins import SessionsRevoked
from proofup.cli.drawn_password import drawn_password
from proofup.cli.newcomer import check_password
from proofup.cli.opening import Opened, opened, password_of_stdin
from proofup.cli.output import Output, RefusedError
from proofup.cli.profile import profile
from proofup.directory.passwords import SetPassword
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import HoldChanges, Person, RaiseEpoch, SetEnabled
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.policy.limits import ResetCounters
from proofup.policy.password_tries import account_counters
from proofup.values.errors import InvalidNameError
from proofup.values.ids import UserId
from proofup.values.names import canonical_name

ROLES: Mapping[str, str] = {GLOBAL_ADMINISTRATOR: "Global Administrator"}


def name_argument(parser: argparse.ArgumentParser) -> None:
    """Declare whom a command is about; see ``person_named``."""
    parser.add_argument("name", metavar="NAME", help="user principal name or id")


def set_password_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose password it is, and where it comes from."""
    name_argument(parser)
    parser.add_argument("--password-stdin", action="store_true", help="else one is drawn")


show_arguments = disable_arguments = enable_arguments = name_argument
release_arguments = sign_out_arguments = name_argument


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show the profile, the account and the methods, with numbers masked."""
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        facts = await _facts(service, person)
    if output.as_json:
        output.say("", facts)
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name, ", ".join(value) if isinstance(value, list) else str(value or "—"))
    Console(file=output.out, highlight=False, markup=False).print(table)
    return 0


async def set_password(arguments: argparse.Namespace, output: Output) -> int:
    """Give another password, and end what the one before let in."""
    drawn = None if arguments.password_stdin else drawn_password(os.urandom)
    password = drawn or password_of_stdin()
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        user = person.user
        check_password(
            password.reveal(),
            user,
            service.settings.organisation.name,
            alone=not await service.store.methods.of_user(user.id),
            common=CommonPasswordTable(),
        )
        hashing = service.hashing()
        credential = await hashing.hash(user.id, password, at=service.at)
        hashing.close()
        await service.store.commit(
            SetPassword(credential=credential),
            RaiseEpoch(user_id=user.id),
            # Whoever guessed at the password before guesses at another one now.
            ResetCounters(keys=account_counters(service.counter_key, user.id)),
            service.entry(PasswordSet(command="user set-password"), user.id),
        )
    words = f"{user.user_principal_name} has another password, and every session is ended."
    facts = {"id": user.id, "userPrincipalName": user.user_principal_name}
    if drawn is not None:
        words += f"\nPassword, shown this once: {drawn.reveal()}"
        facts["password"] = drawn.reveal()
    output.say(words, facts)
    return 0


async def disable(arguments: argparse.Namespace, output: Output) -> int:
    """Let the user in no more, and end what is open."""
    return await _enabled(arguments, output, enabled=False)


async def enable(arguments: argparse.Namespace, output: Output) -> int:
    """Let the user in again."""
    return await _enabled(arguments, output, enabled=True)


async def release(arguments: argparse.Namespace, output: Output) -> int:
    """Allow the user to change proofs again."""
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        user = person.user
        was_held = person.account.changes_held_at is not None
        if was_held:
            await service.store.commit(
                HoldChanges(user_id=user.id, since=None),
                service.entry(ChangesReleased(command="user release"), user.id),
            )
    words = "may change phones and apps again" if was_held else "was not held; nothing was changed"
    facts = {"id": user.id, "userPrincipalName": user.user_principal_name, "wasHeld": was_held}
    output.say(f"{user.user_principal_name} {words}.", facts)
    return 0


async def sign_out(arguments: argparse.Namespace, output: Output) -> int:
    """End every session and sign-in in progress of the user."""
    async with opened(arguments.folder) as service:
        user = (await person_named(service, arguments.name)).user
        await service.store.commit(
            RaiseEpoch(user_id=user.id),
            service.entry(SessionsRevoked(command="user sign-out"), user.id),
        )
    output.say(
        f"{user.user_principal_name} is signed out everywhere.",
        {"id": user.id, "userPrincipalName": user.user_principal_name},
    )
    return 0


async def _enabled(arguments: argparse.Namespace, output: Output, *, enabled: bool) -> int:
    command = "user enable" if enabled else "user disable"
    async with opened(arguments.folder) as service:
        user = (await person_named(service, arguments.name)).user
        # The epoch moves both ways: what was open before stays closed when the user comes back.
        await service.store.commit(
            SetEnabled(user_id=user.id, enabled=enabled),
            RaiseEpoch(user_id=user.id),
            service.entry(UserChanged(command=command, account_enabled=enabled), user.id),
        )
    words = "may sign in" if enabled else "may not sign in any more, and is signed out everywhere"
    output.say(
        f"{user.user_principal_name} {words}.",
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "accountEnabled": enabled,
        },
    )
    return 0


async def person_named(service: Opened, name: str) -> Person:
    """Return the person of this user name or id. Raises RefusedError."""
    try:
        found = await service.store.people.by_id(UserId(str(UUID(name))))
    except ValueError:
        try:
            found = await service.store.people.by_name(canonical_name(name))
        except InvalidNameError:
            found = None
    if found is None:
        raise RefusedError("NAME", f"nobody here is called {name!r}.", "Mind the spelling.")
    return found


async def _facts(service: Opened, person: Person) -> dict[str, Any]:
    user, account, store = person.user, person.account, service.store
    methods = service.catalogue()
    held, blocked = account.changes_held_at, account.proofs_blocked_until
    return {
        **profile(user),
        "accountEnabled": account.enabled,
        "changesHeldSince": held.isoformat() if held else None,
        "perUserMfaState": account.mfa_state.value,
        "proofsBlockedUntil": blocked.isoformat() if blocked else None,
        "roles": sorted(ROLES.get(role, role) for role in await store.roles.of_user(user.id)),
        "methods": [
            f"{method.kind} {methods.of(method).describe(method).masked}".strip()
            for method in await store.methods.of_user(user.id)
        ],
    }
