"""A log line with the outcome of each sign-in, once it is durable; without names or numbers.

Every write passes ``Commit``, and its audit entries say what happened. So flows need not report it
again, and only durable outcomes are logged.
"""

import logging
from collections.abc import Mapping

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeFailed, ChallengeSent
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import ProofRenewed, SignedIn, SignInFailed
from proofup.values.changes import Change, Commit

log = logging.getLogger(__name__)


class SignInLines(Struct, frozen=True):
    """Wraps the port ``Commit`` and logs the outcome of sign-ins."""

    commit: Commit

    async def __call__(self, *changes: Change) -> None:
        """Write ``changes``, then log their sign-in events."""
        await self.commit(*changes)
        for change in changes:
            if isinstance(change, Entry) and (facts := _facts(change.event)) is not None:
                log.info(
                    change.event.word,
                    extra={
                        "succeeded": change.succeeded,
                        "correlation_id": change.correlation_id,
                        # Nested, because ``level`` beside ``message`` is the severity of the line.
                        "facts": facts,
                    },
                )


def _facts(event: Event) -> Mapping[str, str] | None:
    """Return the facts of ``event`` to log, or None if it is not a sign-in event."""
    match event:
        case SignedIn() | ProofRenewed():
            return {"level": event.level, "way": event.way}
        case SignInFailed():
            return {"because": event.because}
        case ChallengeSent():
            return {"way": event.way}
        case ChallengeFailed():
            return {"way": event.way, "because": event.because}
        case _:
            return None
