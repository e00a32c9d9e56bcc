"""``proofup user lost-device`` and ``forget-browsers``: what a phone or a computer leaves open."""

import argparse

from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.lost_device import lost_device
from proofup.assembly.flows import sign_in_ports
from proofup.authentication.own_sessions import own_sessions
from proofup.cli.delete_method import method_called
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.proofs import reason_arguments
from proofup.cli.users import name_argument, say_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose device is lost, and how that is known."""
    reason_arguments(parser)
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="METHOD",
        help="a method that would stay, as `user show` names it, or its kind; can be repeated",
    )


forget_arguments = name_argument


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete the methods of the device, end every session and forget every browser."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user lost-device")
        ports = sign_in_ports(
            service.store, service.room, service.hashing, common=service.acts.common
        )
        sessions = len(await own_sessions(ports, target.person, at=service.at))
        act = await lost_device(
            service.acts,
            actor,
            target,
            arguments.reason,
            also=[method_called(service, target, one).id for one in arguments.also],
            sessions=sessions,
            at=service.at,
        )
        done = await service.carry_out(act)
        staying = [service.room.catalogue.describe(one).line for one in done.staying]
    cleared = [one.line for one in done.cleared]
    deactivated = [one.line for one in done.deactivated]
    stopped = f"Deactivated: {', '.join(deactivated)}.\n" if deactivated else ""
    words = (
        f"is signed out everywhere.\nDeleted: {', '.join(cleared) or 'nothing'}.\n{stopped}"
        f"Browsers forgotten: {len(done.devices)}. Sessions ended: {done.sessions}.\n"
        f"App passwords deleted: {', '.join(done.app_passwords) or 'none'}.\n"
        f"Still there: {', '.join(['the password', *staying])}."
    )
    facts = {
        "cleared": cleared,
        "deactivated": deactivated,
        "browsers": len(done.devices),
        "appPasswords": list(done.app_passwords),
        "sessions": done.sessions,
        "staying": staying,
        "isDemanded": done.is_demanded,
    }
    say_of(target, output, words, facts)
    return 0


async def forget(arguments: argparse.Namespace, output: Output) -> int:
    """Ask for the second proof again in every browser."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user forget-browsers")
        act = await forget_browsers(service.acts, actor, target, at=service.at)
        found = await service.carry_out(act)
    words = f"is asked for a second proof again. Browsers forgotten: {len(found)}."
    say_of(target, output, words, {"browsers": len(found)})
    return 0
