"""What is asked of the log, as text, for pages and commands."""

import ipaddress
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from proofup.administration.ports import Ports
from proofup.audit.log import Wanted
from proofup.audit.references import correlation_of
from proofup.directory.finding import find_person
from proofup.values.errors import ProofupError, UnknownUserError
from proofup.values.ids import UserId

DATE = len("2026-12-31")
RESULTS = {"": None, "succeeded": True, "refused": False}


class LogQuestion(Struct, frozen=True, kw_only=True):
    """What is asked for; an empty text asks for nothing.

    ``about`` is a whole user name or an id, ``id`` a correlation id or reference, ``event`` its
    word, ``result`` one of RESULTS, ``way`` the way of a method, ``network`` an address or a range.
    ``since`` and ``until`` are days or instants (ISO 8601), in UTC where they do not say.
    """

    about: str = ""
    id: str = ""
    event: str = ""
    result: str = ""
    way: str = ""
    network: str = ""
    since: str = ""
    until: str = ""


class BadLogQuestionError(ProofupError):
    """The log cannot be asked this; ``field`` is that of the question."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


async def wanted_of(ports: Ports, question: LogQuestion, words: frozenset[str]) -> Wanted | None:
    """Return what to read of the events ``words``; None where nothing can match.

    Raises BadLogQuestionError.
    """
    since, until = _instant(question, "since"), _instant(question, "until")
    network = _network(question.network)
    correlation = correlation_of(question.id) if question.id else None
    if question.result not in RESULTS or (question.id and correlation is None):
        return None
    try:
        target = await _about(ports, question.about)
    except UnknownUserError:
        return None
    return Wanted(
        target=target,
        correlation=correlation,
        words=words & {question.event} if question.event else words,
        succeeded=RESULTS[question.result],
        way=question.way or None,
        network=network,
        since=since,
        until=until,
    )


async def _about(ports: Ports, named: str) -> UserId | None:
    return (await find_person(ports.room.people, named)).user.id if named else None


def _network(typed: str) -> str | None:
    if not typed:
        return None
    try:
        return str(ipaddress.ip_network(typed, strict=False))
    except ValueError as error:
        raise BadLogQuestionError("network") from error


def _instant(question: LogQuestion, field: str) -> datetime | None:
    """Return the instant in a field; of a day its beginning, and its end for ``until``."""
    typed: str = getattr(question, field)
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        return found + timedelta(days=field == "until" and len(typed) == DATE)
    except (ValueError, OverflowError) as error:
        raise BadLogQuestionError(field) from error
