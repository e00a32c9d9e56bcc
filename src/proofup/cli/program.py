"""``proofup``: finds the command in the arguments, runs it, and reports errors.

argparse takes a tenth of the import time of other libraries (decision 0010). Exit codes: 0 success,
1 failure (the output says why), 2 wrong arguments.
"""

import argparse
import gc
import importlib
import io
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn

from proofup import __version__
from proofup.cli.commands import COMMANDS, GROUPS
from proofup.cli.output import Output, RefusedError
from proofup.values.errors import ProofupError

NOT_DONE = 1
WRONG_ARGUMENTS = 2


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with an argument."""

    def error(self, message: str) -> NoReturn:
        """Write ``message`` and how to get help, and end."""
        self.exit(WRONG_ARGUMENTS, f"proofup: {message.rstrip('.')}. See `{self.prog} --help`.\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command in ``arguments``, or in those of the process, and end the process."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack some letters
    parsed = parser_of(given).parse_args(given)
    output = Output(as_json=parsed.json)
    try:
        sys.exit(_run(parsed, output))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells do: 128 plus the number of SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOT_DONE)


def _run(parsed: argparse.Namespace, output: Output) -> int:
    try:
        done: int | Coroutine[Any, Any, int] = parsed.runs(parsed, output)
        if isinstance(done, int):
            return done
        import asyncio

        return asyncio.run(done)
    except ProofupError as error:
        from proofup.cli.refusals import refusal_of

        refused = error if isinstance(error, RefusedError) else refusal_of(error)
        if refused is None:
            raise
        output.refuse(refused)
        return NOT_DONE


def parser_of(given: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of all commands; only the ``given`` command declares its arguments."""
    whole = _Parser(
        prog="proofup", description="Multi-factor authentication that an organisation runs itself."
    )
    whole.add_argument("--version", action="version", version=f"proofup {__version__}")
    everywhere = _everywhere()
    top = whole.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    groups = {"": top}
    for words, (runs, told) in COMMANDS.items():
        group, _, name = words.rpartition(" ")
        if group not in groups:
            added = top.add_parser(group, help=GROUPS[group], description=GROUPS[group])
            groups[group] = added.add_subparsers(
                metavar="COMMAND", required=True, parser_class=_Parser
            )
        command = groups[group].add_parser(name, help=told, description=told, parents=[everywhere])
        if words.split() == list(given[: words.count(" ") + 1]):
            _declare(command, runs)
    return whole


def _everywhere() -> _Parser:
    """Return the arguments that every command takes."""
    everywhere = _Parser(add_help=False)
    everywhere.add_argument("--json", action="store_true", help="write JSON, for programs")
    everywhere.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("PROOFUP_FOLDER", ".")),
        metavar="DIR",
        help="where proofup.toml and the data lie (PROOFUP_FOLDER; else the current folder)",
    )
    return everywhere


def _declare(command: argparse.ArgumentParser, runs: str) -> None:
    """Import the module of ``command`` and let it declare its own arguments."""
    name, _, function = runs.partition(":")
    gc.disable()  # imports make no garbage; collecting takes a tenth of the start
    module = importlib.import_module(f"proofup.cli.{name}")
    gc.enable()
    declare = "arguments" if function == "run" else f"{function}_arguments"
    getattr(module, declare)(command)
    command.set_defaults(runs=getattr(module, function))
