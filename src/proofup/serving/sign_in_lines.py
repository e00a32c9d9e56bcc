"""A line of the log for what came of each sign-in, once it is durable: no name, no number.

Everything that is written passes the one commit, and what happened is among it as an entry of the
audit log. So no flow has to tell twice, and nothing is told that was not kept.
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
    """The port ``Commit``, which says what came of sign-ins."""

    commit: Commit

    async def __call__(self, *changes: Change) -> None:
        """Write ``changes``, then say what they were."""
        await self.commit(*changes)
        for change in changes:
            if isinstance(change, Entry) and (facts := _facts(change.event)) is not None:
                log.info(
                    change.event.word,
                    extra={
                        "succeeded": change.succeeded,
                        "correlation_id": change.correlation_id,
                        # Not beside the others: a level of assurance is no severity.
                        "facts": facts,
                    },
                )


def _facts(event: Event) -> Mapping[str, str] | None:
    """Return what may be logged of ``event``, or None where it is no event of a sign-in."""
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
