"""A line of the log for what came of each sign-in, once it is durable: no name, no number.

Everything that is written passes the one commit, and what happened is among it as an entry of the
audit log. So no flow has to tell twice, and nothing is told that was not kept.
"""

import logging

from msgspec import Struct

from proofup.audit.entry import Entry, Event
from proofup.values.changes import Change, Commit

log = logging.getLogger(__name__)

TOLD = frozenset(
    {
        Event.SIGNED_IN,
        Event.SIGN_IN_FAILED,
        Event.PROOF_RENEWED,
        Event.CHALLENGE_SENT,
        Event.CHALLENGE_FAILED,
    }
)
SHOWN = ("way", "because", "level")  # of an entry's details; the others may name a person


class SignInLines(Struct, frozen=True):
    """The port ``Commit``, which says what came of sign-ins."""

    commit: Commit

    async def __call__(self, *changes: Change) -> None:
        """Write ``changes``, then say what they were."""
        await self.commit(*changes)
        for change in changes:
            if isinstance(change, Entry) and change.event in TOLD:
                shown = {
                    name: str(change.details[name]) for name in SHOWN if name in change.details
                }
                log.info(
                    change.event.value,
                    extra={
                        "succeeded": change.succeeded,
                        "correlation_id": change.correlation_id,
                        **shown,
                    },
                )
