"""``proofup audit verify``."""

import argparse
import re

from proofup.audit.chain import Break
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError

CHECKPOINT = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def _read(checkpoint: str) -> tuple[int, str]:
    """Return the number and digest of a checkpoint, in the form that a server logs."""
    match = CHECKPOINT.fullmatch(checkpoint.strip())
    if match is None:
        raise RefusedError(
            "--checkpoint",
            "it does not look like 1234:<64 hex digits>.",
            "Copy it from a line `audit checkpoint` of the server's log.",
        )
    return int(match[1]), match[2]


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the checkpoint to compare the audit log with."""
    parser.add_argument(
        "--checkpoint", metavar="N:DIGEST", help="what the server's log said of an entry"
    )


async def verify(arguments: argparse.Namespace, output: Output) -> int:
    """Verify the chain of audit entries; return 1 if it is broken.

    With a checkpoint, the entry that it names must exist unchanged.
    """
    named = _read(arguments.checkpoint) if arguments.checkpoint is not None else None
    async with opened(arguments.folder) as service:
        broken = await service.store.audit.verify()
        if broken is None and named is not None and not await service.store.audit.holds(*named):
            broken = Break(named[0], "not as the checkpoint says")
    if broken is None:
        output.say("The audit log is whole.", {"whole": True})
        return 0
    output.say(
        f"The audit log is broken at entry {broken.sequence}: {broken.reason}.",
        {"whole": False, "sequence": broken.sequence, "reason": broken.reason},
    )
    return 1
