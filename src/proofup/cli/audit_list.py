"""``proofup audit list``: what happened, by what is asked for, newest first."""

import argparse
from typing import Any

from proofup.administration.reading_logs import RESULTS, BadLogQuestionError, LogQuestion, wanted_of
from proofup.audit.entry import Entry
from proofup.audit.events.catalogue import EVENTS, OF_SIGN_INS
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError

PAGE = 500
MOST = 1000
EXAMPLES = {
    "network": "Write an address or a range, such as 203.0.113.0/24.",
    "since": "Write a day or an instant, such as 2026-11-21T14:30.",
    "until": "Write a day or an instant, such as 2026-11-21T14:30.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what may be asked for."""
    parser.add_argument("--about", metavar="NAME", default="", help="to whom: user name or id")
    parser.add_argument("--id", metavar="ID", default="", help="correlation id or reference")
    parser.add_argument(
        "--event",
        choices=sorted(EVENTS),
        default="",
        metavar="EVENT",
        help="the word of an event, as docs/operators/audit-log.md lists them",
    )
    parser.add_argument(
        "--result", choices=[one for one in RESULTS if one], default="", help="only these"
    )
    parser.add_argument("--way", metavar="WAY", default="", help="of a method, such as sms")
    parser.add_argument("--network", metavar="ADDRESS", default="", help="or a range of addresses")
    parser.add_argument("--since", metavar="TIME", default="", help="day or instant (ISO 8601)")
    parser.add_argument("--until", metavar="TIME", default="", help="day or instant (ISO 8601)")
    parser.add_argument("--sign-ins", action="store_true", help="only steps of sign-ins")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help=f"at most; {MOST}")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Print entries, newest first."""
    question = LogQuestion(
        **{name: getattr(arguments, name) for name in LogQuestion.__struct_fields__}
    )
    words = OF_SIGN_INS if arguments.sign_ins else frozenset(EVENTS)
    found: list[Entry] = []
    async with opened(arguments.folder) as service:
        try:
            wanted = await wanted_of(service.acts, question, words)
        except BadLogQuestionError as error:
            option = f"--{error.field}"
            problem = f"{getattr(question, error.field)!r} cannot be read."
            raise RefusedError(option, problem, EXAMPLES[error.field]) from error
        before: int | None = None
        while wanted is not None and len(found) < arguments.most:
            most = min(PAGE, arguments.most - len(found))
            page = await service.store.log.page(wanted, before=before, most=most)
            found += page.entries
            before = page.before
            if before is None:
                break
    lines = "\n".join(_line(entry) for entry in found) or "Nothing matches."
    output.say(lines, {"entries": [_facts(entry) for entry in found]})
    return 0


def _line(entry: Entry) -> str:
    facts = "; ".join(f"{name}={told}" for name, told in sorted(entry.event.facts.items()))
    result = "" if entry.succeeded else " refused"
    at = entry.at.isoformat(timespec="seconds")
    whom = f" of {entry.target}" if entry.target else ""
    return f"{at}  {entry.event.word}{result}{whom} by {entry.actor}  {facts}".rstrip()


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "activityDateTime": entry.at.isoformat(),
        "event": entry.event.word,
        "succeeded": entry.succeeded,
        "actor": entry.actor,
        "target": entry.target,
        "network": entry.network,
        "correlationId": entry.correlation_id,
        "details": dict(entry.event.facts),
    }
