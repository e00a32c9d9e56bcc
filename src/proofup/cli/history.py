"""``proofup user history``: the audit entries about one user."""

import argparse

from proofup.audit.entry import Entry
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import name_argument

MOST = 1000  # entries in one go


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the user and the number of entries."""
    name_argument(parser)
    parser.add_argument("--most", type=int, default=50, help="how many entries; 50 if not")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Show the newest entries about the user, newest first; numbers in them are masked."""
    most: int = arguments.most
    if not 0 < most <= MOST:
        raise RefusedError("--most", f"is not from 1 to {MOST}.")
    async with opened(arguments.folder) as service:
        user = (await service.target(arguments.name)).person.user
        entries = await service.store.audit.of_user(user.id, most=most)
    words = "\n".join(map(_line, entries)) or f"Nothing is known of {user.user_principal_name}."
    output.say(
        words,
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "entries": [_facts(entry) for entry in entries],
        },
    )
    return 0


def _line(entry: Entry) -> str:
    details = [f"{name}={value}" for name, value in _details(entry).items() if value]
    result = "" if entry.succeeded else "refused"
    words = (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.event.word, result, entry.network, *details)
    return "  ".join(word for word in words if word)


def _facts(entry: Entry) -> dict[str, object]:
    return {
        "activityDateTime": entry.at.isoformat(),
        "event": entry.event.word,
        "succeeded": entry.succeeded,
        "actor": entry.actor,
        "network": entry.network,
        "correlationId": entry.correlation_id,
        "details": _details(entry),
    }


def _details(entry: Entry) -> dict[str, str]:
    return dict(sorted(entry.event.facts.items()))
