"""``proofup migrate``."""

import argparse

from proofup.cli.opening import opened
from proofup.cli.output import Output


def arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Bring the schema up to date; opening the store does it, and so does ``serve``."""
    async with opened(arguments.folder):
        pass
    output.say("The database's schema is up to date.", {"upToDate": True})
    return 0
