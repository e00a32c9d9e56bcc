"""``proofup user issue-pass``: for a user who has lost every method or has none yet."""

import argparse

from proofup.administration.issue_method import issue_method
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import name_argument, say_of

FIELDS = {
    "lifetime": "lifetimeInMinutes",
    "once": "isUsableOnce",
    "start": "startDateTime",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who gets the pass, and how long and how often it works."""
    name_argument(parser)
    parser.add_argument("--lifetime", metavar="MINUTES", help="how long it works")
    parser.add_argument("--start", metavar="INSTANT", help="when it begins: 2026-12-01T09:00Z")
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_const", const="true", help="it works once")
    often.add_argument("--many", dest="once", action="store_const", const="false", help="or often")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Issue a pass, which replaces any earlier one, and show it once."""
    wanted = {field: str(told) for name, field in FIELDS.items() if (told := vars(arguments)[name])}
    async with opened(arguments.folder) as service:
        method = service.room.catalogue.entry_pass
        if method is None:
            raise RefusedError("NAME", "can get no pass: this service has none.")
        target, actor = await service.target(arguments.name), service.actor("user issue-pass")
        act = await issue_method(service.acts, actor, target, method.kind, wanted, at=service.at)
        issued = await service.carry_out(act)
    (letters,) = (secret.reveal() for secret in issued.shown)
    words = f"has a pass until {issued.new.full}.\nShown this once: {letters}"
    say_of(target, output, words, {"pass": letters, "until": issued.new.full})
    return 0
