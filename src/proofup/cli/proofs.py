"""``proofup user block``, ``unblock``, ``set-mfa``: who must or may give a second proof."""

import argparse

from proofup.administration.block_proofs import block_proofs
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.administration.unblock_proofs import unblock_proofs
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.users import name_argument
from proofup.directory.users import MfaState


def reason_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whom a command is about, and why it is done."""
    name_argument(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="for the audit log")


def block_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who is blocked, why and for how long."""
    reason_arguments(parser)
    parser.add_argument("--days", type=int, help="how long; else as the rules say")


def set_mfa_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose state it is, and the state."""
    name_argument(parser)
    parser.add_argument(
        "state",
        choices=("disabled", "enabled", "enforced"),
        help="enabled becomes enforced once they register",
    )


unblock_arguments = reason_arguments


async def block(arguments: argparse.Namespace, output: Output) -> int:
    """Deny every second proof of the user for a while; nothing is sent to them."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user block")
        act = block_proofs(actor, target, arguments.reason, days=arguments.days, at=service.at)
        until = await service.carry_out(act)
    user = target.person.user
    output.say(
        f"Second proofs of {user.user_principal_name} are denied until {until:%Y-%m-%d %H:%M} UTC.",
        {"id": user.id, "proofsBlockedUntil": until.isoformat()},
    )
    return 0


async def unblock(arguments: argparse.Namespace, output: Output) -> int:
    """Allow second proofs of the user again."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user unblock")
        await service.carry_out(unblock_proofs(actor, target, arguments.reason, at=service.at))
    user = target.person.user
    output.say(
        f"{user.user_principal_name} may give second proofs again.",
        {"id": user.id, "proofsBlockedUntil": None},
    )
    return 0


async def set_mfa(arguments: argparse.Namespace, output: Output) -> int:
    """Set whether the user must have a second proof; the same state again changes nothing."""
    state = MfaState(arguments.state)
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user set-mfa")
        was = await service.carry_out(set_mfa_state(actor, target, state, at=service.at))
    user = target.person.user
    output.say(
        f"{user.user_principal_name}: {state.value}.",
        {"id": user.id, "perUserMfaState": state.value, "was": was.value},
    )
    return 0
