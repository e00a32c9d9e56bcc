"""Checks of who is calling the help desk."""

from proofup.audit.events.event import Event
from proofup.values.ways import Way


class CallerCheckStarted(Event, frozen=True, kw_only=True, tag="callerCheckStarted"):
    """An administrator asked somebody who calls to prove who they are, or showed them a code."""


class CallerProven(Event, frozen=True, kw_only=True, tag="callerProven"):
    """The caller proved it; ``by`` describes the method, masked."""

    way: Way
    by: str
