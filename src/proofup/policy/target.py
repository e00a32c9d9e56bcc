"""The target of an act, with everything that the decision needs."""

from proofup.directory.roles import Assignment
from proofup.policy.subscriber import Subscriber
from proofup.values.ids import UnitId


class Target(Subscriber, frozen=True, kw_only=True):
    """A person with methods and rules; ``roles`` and ``units`` are as they were read."""

    roles: frozenset[Assignment] = frozenset()
    units: frozenset[UnitId] = frozenset()
