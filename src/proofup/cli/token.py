"""``proofup token``: hardware tokens and who has them."""

import argparse
from collections.abc import AsyncIterator

from proofup.administration.oath_tokens import (
    TokenNotGivenError,
    UnknownTokenError,
    give_token,
    holder_of,
    take_token,
    token_called,
)
from proofup.administration.target import target_called, target_of
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.directory.oath_tokens import Stocked
from proofup.values.errors import MethodTakenError, SlotTakenError, UnknownUserError

PAGE = 500
SERIAL = "SERIAL"


def list_all_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


def unassign_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which token a command is about."""
    parser.add_argument("serial", metavar=SERIAL, help="the serial number of a token")


def assign_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the token, the user, and a code of it."""
    unassign_arguments(parser)
    parser.add_argument("name", metavar="NAME", help="user name")
    parser.add_argument("--code", help="what the token shows now: it is activated at once")


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List every token with who has it."""
    async with opened(arguments.folder) as service:
        found = [one async for one in _tokens(service)]
    lines = [f"{one.token.serial_number}  {one.holder_name or 'free'}" for one in found]
    facts = {"tokens": [_facts(one) for one in found]}
    output.say("\n".join(lines) or "There is no token.", facts)
    return 0


async def assign(arguments: argparse.Namespace, output: Output) -> int:
    """Give a free token to a user."""
    async with opened(arguments.folder) as service:
        try:
            stocked = await token_called(service.acts, arguments.serial)
            if stocked.holder is not None:
                raise RefusedError(SERIAL, f"belongs to {stocked.holder_name}: unassign it first.")
            target = await target_called(service.acts, arguments.name, at=service.at)
            act = give_token(
                service.acts,
                service.actor("token assign"),
                target,
                stocked.token,
                {},
                code=arguments.code,
                at=service.at,
            )
            await service.carry_out(act)
        except UnknownTokenError as error:
            raise RefusedError(SERIAL, "is none of the tokens here.") from error
        except UnknownUserError as error:
            raise RefusedError("NAME", f"nobody here is called {arguments.name!r}.") from error
        except SlotTakenError as error:
            raise RefusedError("NAME", f"{arguments.name} has a token already.") from error
        except MethodTakenError as error:
            raise RefusedError(SERIAL, "was given to somebody else just now.") from error
        except TokenNotGivenError as error:
            raise RefusedError("NAME", error.problem) from error
    done = "assigned and activated" if arguments.code else "assigned; its owner activates it"
    output.say(
        f"{stocked.token.serial_number} is {done}.",
        {"serialNumber": stocked.token.serial_number, "activated": bool(arguments.code)},
    )
    return 0


async def unassign(arguments: argparse.Namespace, output: Output) -> int:
    """Take a token back; it is free for somebody else."""
    async with opened(arguments.folder) as service:
        try:
            stocked = await token_called(service.acts, arguments.serial)
            target = await target_of(service.acts, holder_of(stocked), at=service.at)
            actor = service.actor("token unassign")
            act = take_token(service.acts, actor, target, stocked.token, at=service.at)
            await service.carry_out(act)
        except UnknownTokenError as error:
            raise RefusedError(SERIAL, "belongs to nobody here.") from error
    serial = stocked.token.serial_number
    output.say(f"{serial} is free.", {"serialNumber": serial, "was": stocked.holder_name})
    return 0


async def _tokens(service: Opened) -> AsyncIterator[Stocked]:
    after = None
    while found := await service.acts.tokens.page(after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].token.serial_number


def _facts(one: Stocked) -> dict[str, object]:
    token = one.token
    return {
        "serialNumber": token.serial_number,
        "manufacturer": token.manufacturer,
        "model": token.model,
        "timeIntervalInSeconds": token.time_interval_seconds,
        "hashFunction": token.algorithm.value,
        "digits": token.digits,
        "assignedTo": one.holder_name or None,
    }
