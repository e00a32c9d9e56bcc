"""``proofup user block``, ``unblock``, ``set-mfa``: who must, and who may, give a second proof."""

import argparse
from datetime import timedelta

from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.challenges import ProofsBlocked, ProofsUnblocked
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import name_argument, person_named
from proofup.directory.devices import ForgetDevices
from proofup.directory.users import BlockProofs, MfaState, SetMfaState

LONGEST_BLOCK_DAYS = 365
LONGEST_REASON = 200  # letters


def reason_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whom a command is about, and why it is done; see ``reason_of``."""
    name_argument(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="for the audit log")


def block_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who is blocked, why and for how long."""
    reason_arguments(parser)
    parser.add_argument("--days", type=int, help="how long; else as the rules say")


def set_mfa_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose state it is, and the state."""
    name_argument(parser)
    parser.add_argument("state", choices=("disabled", "enabled", "enforced"))


unblock_arguments = reason_arguments


async def block(arguments: argparse.Namespace, output: Output) -> int:
    """Deny every second proof of the user for a while; nothing is sent to them."""
    days, reason = arguments.days, reason_of(arguments.reason)
    if days is not None and not 0 < days <= LONGEST_BLOCK_DAYS:
        raise RefusedError("--days", f"is not from 1 to {LONGEST_BLOCK_DAYS}.")
    async with opened(arguments.folder) as service:
        user = (await person_named(service, arguments.name)).user
        policy = await service.store.policies.current()
        until = service.at + (policy.block_span if days is None else timedelta(days=days))
        await service.store.commit(
            BlockProofs(user_id=user.id, until=until),
            ForgetDevices(user_id=user.id),  # or they would skip the proof when the block is over
            service.entry(
                ProofsBlocked(
                    command="user block",
                    until=until.isoformat("T", "seconds"),
                    reason=reason,
                ),
                user.id,
            ),
        )
    output.say(
        f"Second proofs of {user.user_principal_name} are denied until {until:%Y-%m-%d %H:%M} UTC.",
        {"id": user.id, "proofsBlockedUntil": until.isoformat()},
    )
    return 0


async def unblock(arguments: argparse.Namespace, output: Output) -> int:
    """Allow second proofs of the user again."""
    reason = reason_of(arguments.reason)
    async with opened(arguments.folder) as service:
        user = (await person_named(service, arguments.name)).user
        await service.store.commit(
            BlockProofs(user_id=user.id, until=None),
            service.entry(ProofsUnblocked(command="user unblock", reason=reason), user.id),
        )
    output.say(
        f"{user.user_principal_name} may give second proofs again.",
        {"id": user.id, "proofsBlockedUntil": None},
    )
    return 0


async def set_mfa(arguments: argparse.Namespace, output: Output) -> int:
    """Say whether the user must have a second proof; a state that is held already stays."""
    state = MfaState(arguments.state)
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        user, before = person.user, person.account.mfa_state
        if before is not state:
            await service.store.commit(
                SetMfaState(user_id=user.id, state=state),
                service.entry(
                    MfaStateChanged(command="user set-mfa", was=before, now=state), user.id
                ),
            )
    output.say(
        f"{user.user_principal_name}: {state.value}.",
        {"id": user.id, "perUserMfaState": state.value, "was": before.value},
    )
    return 0


def reason_of(text: str) -> str:
    """Return why, as the audit log keeps it. Raises RefusedError."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise RefusedError("--reason", f"is not of 1 to {LONGEST_REASON} letters that show.")
    return reason
