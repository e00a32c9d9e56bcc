"""The dialect of a door: HTML for people, JSON or plain text for programs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from proofup.values.errors import (
    LimitReachedError,
    ProofupError,
    TooBusyError,
    UnreadableSecretError,
)
from proofup.web.refusals import (
    BodyTooLargeError,
    BodyTooSlowError,
    ForeignOriginError,
    WrongHostError,
)
from proofup.web.request_context import RequestContext

Answer: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]
Table: TypeAlias = Mapping[type[Exception], Answer]
RawHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]

# Every door can meet these. HTTPException is an unknown path (404) or a wrong method (405).
MET_BY_EVERY_DOOR: frozenset[type[Exception]] = frozenset(
    {
        WrongHostError,
        ForeignOriginError,
        BodyTooLargeError,
        BodyTooSlowError,
        HTTPException,
        LimitReachedError,
        TooBusyError,
    }
)
# Bugs in every door, although the core has classes for them.
FAULTS: frozenset[type[ProofupError]] = frozenset({UnreadableSecretError})


class Dialect(Protocol):
    """How a door completes the request context, and how it answers each error."""

    @property
    def table(self) -> Table:
        """The function that answers an error, by its class or nearest base class.

        The function for ``Exception`` answers after a bug, and reveals nothing of it.
        """
        ...

    def known(self, scope: Scope, context: RequestContext) -> RequestContext:
        """Return ``context`` with what this door reads from a request, such as cookies."""
        ...

    def headers(self, scope: Scope, content_type: bytes) -> RawHeaders:
        """Return the headers of this door for an answer of ``content_type``."""
        ...


def answer_to(table: Table, error: type[Exception]) -> Answer | None:
    """Return the function that answers ``error``; None if the error is a bug."""
    for kind in error.__mro__:
        if kind is Exception or kind is ProofupError:
            return None
        if kind in table:
            return table[kind]
    raise AssertionError("every exception is an Exception")
