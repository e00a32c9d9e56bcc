"""``proofup``: the arguments of every command, and what becomes of an error.

argparse and not a library: it is in the standard library and costs a tenth of the time to import
(decision 0010). Exit codes: 0 done, 1 not done (the words say why), 2 wrong arguments.
"""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn

from proofup import __version__
from proofup.cli.output import Output, RefusedError
from proofup.values.errors import ProofupError

NOT_DONE = 1
WRONG_ARGUMENTS = 2


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with an argument."""

    def error(self, message: str) -> NoReturn:
        """Write ``message`` and how to get help, and end."""
        self.exit(WRONG_ARGUMENTS, f"proofup: {message}. See `{self.prog} --help`.\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command in ``arguments``, or in those of the process, and end the process."""
    parsed = parser().parse_args(arguments)
    output = Output(as_json=parsed.json)
    try:
        sys.exit(_run(parsed, output))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say it: 128 and the number of SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOT_DONE)


def _run(parsed: argparse.Namespace, output: Output) -> int:
    module, _, function = parsed.runs.partition(":")
    gc.disable()  # nothing that is imported is garbage; looking for it takes a tenth of the start
    command = getattr(importlib.import_module(f"proofup.cli.{module}"), function)
    gc.enable()
    try:
        done: int | Coroutine[Any, Any, int] = command(parsed, output)
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


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = _Parser(
        prog="proofup", description="Multi-factor authentication that an organisation runs itself."
    )
    whole.add_argument("--version", action="version", version=f"proofup {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    everywhere = _Parser(add_help=False)
    everywhere.add_argument("--json", action="store_true", help="write JSON, for programs")
    everywhere.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("PROOFUP_FOLDER", ".")),
        metavar="DIR",
        help="where proofup.toml and the data lie (PROOFUP_FOLDER; else the current folder)",
    )

    def command(
        among: "argparse._SubParsersAction[_Parser]", name: str, runs: str, words: str
    ) -> _Parser:
        added = among.add_parser(name, help=words, description=words, parents=[everywhere])
        added.set_defaults(runs=runs)
        return added

    def group(name: str, words: str) -> "argparse._SubParsersAction[_Parser]":
        added = commands.add_parser(name, help=words, description=words)
        return added.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    init = command(commands, "init", "initialise:run", "make a new service and its administrator")
    init.add_argument("--organisation", required=True, metavar="NAME", help="what pages call it")
    init.add_argument("--public-url", required=True, metavar="URL", help="where people reach it")
    init.add_argument("--database", metavar="URL", help="PostgreSQL; else SQLite in the folder")
    init.add_argument("--admin", required=True, metavar="UPN", help="user name of the first person")
    init.add_argument("--admin-name", metavar="NAME", help="display name of that person")
    init.add_argument("--admin-mail", metavar="ADDRESS", help="where notices to them go")
    init.add_argument("--admin-password-stdin", action="store_true", help="else one is drawn")

    serve = command(commands, "serve", "serve:run", "answer requests until told to stop")
    serve.add_argument(
        "--dev-tls", action="store_true", help="HTTPS for localhost, by an authority made here"
    )

    _import_commands(group("import", "bring people in from a file"), command)

    exporting = group("export", "write people to a file")
    everybody = command(exporting, "users", "export_users:run", "write everybody to a new file")
    everybody.add_argument("file", type=Path, metavar="FILE.jsonl|FILE.csv", help="a new file")
    everybody.add_argument(
        "--with-authentication-numbers",
        action="store_true",
        help="whole numbers of authentication phones, not masked ones",
    )

    user = group("user", "look at one user, or change one")
    _user_commands(user, command)

    policy = group("policy", "the rules the organisation sets for itself")
    command(policy, "show", "policy:show", "show every rule")
    rules = command(policy, "set", "policy:set_rules", "set rules")
    rules.add_argument("rules", nargs="+", metavar="NAME=VALUE", help="such as graceDays=30")

    audit = group("audit", "the audit log")
    whole_chain = "tell whether the chain of entries is whole"
    verify = command(audit, "verify", "audit:verify", whole_chain)
    verify.add_argument(
        "--checkpoint", metavar="N:DIGEST", help="what the server's log said of an entry"
    )
    command(commands, "doctor", "doctor:run", "look for what is wrong, and say how to mend it")
    backup = command(commands, "backup", "backup:run", "copy the database while it is served")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file")
    restore = command(commands, "restore", "restore:run", "put a backup back and make it safe")
    restore.add_argument("file", type=Path, metavar="FILE", nargs="?", help="what backup made")
    restore.add_argument(
        "--over", action="store_true", help="take the place of a database, which is kept aside"
    )
    restore.add_argument(
        "--as-it-is",
        action="store_true",
        help="no FILE: other means have put the database back, make it safe",
    )
    rotate = command(commands, "rotate-keys", "rotate_keys:run", "change keys while serving")
    rotate.add_argument(
        "--key-encryption-key", action="store_true", help="draw another key for the key file"
    )
    rotate.add_argument(
        "--data-keys",
        nargs="*",
        metavar="PURPOSE",
        help="make new keys in the database; without a PURPOSE for all of them",
    )
    rotate.add_argument(
        "--prune", action="store_true", help="forget the keys that nothing needs any more"
    )
    command(commands, "migrate", "migrate:run", "bring the database's schema up to date")
    return whole


def _import_commands(importing: Any, command: Any) -> None:
    _import_options(command(importing, "users", "import_users:run", "add the users in a file"))
    many = "say whether each user in a file must have a second proof"
    states = command(importing, "mfa-states", "import_states:run", many)
    states.add_argument("file", type=Path, metavar="FILE", help="CSV: Username,MFA Status")
    states.add_argument("--dry-run", action="store_true", help="judge every row, write nothing")
    states.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where bad rows are written as well"
    )


def _import_options(users: _Parser) -> None:
    users.add_argument("file", type=Path, metavar="FILE", help="CSV, or JSON lines")
    users.add_argument(
        "--format", choices=("csv", "jsonl"), help="else as the name ends: .jsonl and .ndjson"
    )
    users.add_argument("--dry-run", action="store_true", help="judge every row, write nothing")
    users.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where bad rows are written as well"
    )
    users.add_argument(
        "--region", metavar="GB", help="where phones without a country code belong; else as set"
    )


def _user_commands(user: Any, command: Any) -> None:
    for name, runs, words in (
        ("show", "users:show", "show a user, the account and the methods"),
        ("history", "history:run", "show what happened to a user, newest first"),
        ("add", "add_user:run", "add a user"),
        ("set-password", "users:set_password", "give a user another password"),
        ("disable", "users:disable", "let a user in no more, and end what is open"),
        ("enable", "users:enable", "let a user in again"),
        ("release", "users:release", "allow changes again after a report of a stranger"),
        ("sign-out", "users:sign_out", "end every session of a user"),
        ("block", "proofs:block", "deny every second proof of a user"),
        ("unblock", "proofs:unblock", "allow second proofs of a user again"),
        ("invite", "invite:run", "make a link with which a user sets up a first method"),
        (
            "require-registration",
            "require_registration:run",
            "delete all methods of a user",
        ),
        ("set-mfa", "proofs:set_mfa", "say whether a user must have a second proof"),
    ):
        added = command(user, name, runs, words)
        added.add_argument("name", metavar="NAME", help="user principal name or id")
        if name in {"add", "set-password"}:
            added.add_argument("--password-stdin", action="store_true", help="else one is drawn")
        if name == "history":
            added.add_argument("--most", type=int, default=50, help="how many entries; 50 if not")
        if name == "set-mfa":
            added.add_argument("state", choices=("disabled", "enabled", "enforced"))
        if name == "invite":
            added.add_argument("--no-mail", action="store_true", help="only show the link")
        if name in {"block", "unblock", "require-registration"}:
            added.add_argument("--reason", required=True, metavar="TEXT", help="for the audit log")
        if name == "block":
            added.add_argument("--days", type=int, help="how long; else as the rules say")
        if name == "add":
            from proofup.cli.columns import OPTIONS

            for option, column in OPTIONS.items():
                added.add_argument(f"--{option}", dest=column, metavar="TEXT", help=column)
