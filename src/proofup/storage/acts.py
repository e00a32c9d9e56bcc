"""An act: the writes of one caller. Many acts may share one transaction and its end."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct

from proofup.storage.statements import Make, Steps

T = TypeVar("T")

Close: TypeAlias = Callable[[Sequence[Any]], Steps[None]]
"""Makes the last steps of a transaction out of the parts of all its acts."""


class Ending(Struct, frozen=True):
    """What an act adds to the end of its transaction: ``close`` runs once, with all ``parts``."""

    close: Close
    parts: Sequence[Any]


class Act(Struct, Generic[T], frozen=True):
    """The steps of one caller, and what they add to the end of the transaction.

    ``wakes`` ends ``wait_for_message`` here and, on PostgreSQL, on every other node.
    """

    make: Make[T]
    ending: Ending | None = None
    wakes: bool = False


class Job(Struct, frozen=True):
    """An act, and the future on which its caller waits."""

    act: Act[Any]
    future: asyncio.Future[Any]


class Outcome(Struct, frozen=True):
    """The result of a job: a value or an error."""

    job: Job
    value: Any
    error: Exception | None


def closing(acts: Iterable[Act[Any]]) -> Steps[None]:
    """End a transaction of ``acts``: run each kind of ending once for all of them."""
    parts: dict[Close, list[Any]] = {}
    for act in acts:
        if act.ending is not None:
            parts.setdefault(act.ending.close, []).extend(act.ending.parts)
    for close, of_all in parts.items():
        yield from close(of_all)


def answer(outcomes: Iterable[Outcome]) -> None:
    """Give every caller its result."""
    for outcome in outcomes:
        if outcome.job.future.done():  # the caller was cancelled meanwhile
            continue
        if outcome.error is None:
            outcome.job.future.set_result(outcome.value)
        else:
            outcome.job.future.set_exception(outcome.error)
