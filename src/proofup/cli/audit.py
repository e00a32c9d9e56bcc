"""``proofup audit verify``."""

import argparse

from proofup.cli.opening import opened
from proofup.cli.output import Output


async def verify(arguments: argparse.Namespace, output: Output) -> int:
    """Tell whether the chain of audit entries is whole; 1 where it is not."""
    async with opened(arguments.folder) as service:
        broken = await service.store.audit.verify()
    if broken is None:
        output.say("The audit log is whole.", {"whole": True})
        return 0
    output.say(
        f"The audit log is broken at entry {broken.sequence}: {broken.reason}.",
        {"whole": False, "sequence": broken.sequence, "reason": broken.reason},
    )
    return 1
