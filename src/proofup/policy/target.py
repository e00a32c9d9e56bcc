"""Whom an act is done to, with everything by which it is decided."""

from proofup.directory.roles import Assignment
from proofup.policy.subscriber import Subscriber
from proofup.values.ids import UnitId


class Target(Subscriber, frozen=True, kw_only=True):
    """A person with what they hold and the rules; ``roles`` and ``units`` are as they were read."""

    roles: frozenset[Assignment] = frozenset()
    units: frozenset[UnitId] = frozenset()
