"""What a change of methods is worked out with."""

from collections.abc import Mapping
from typing import Protocol

from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Carrier
from proofup.notices.farewell import Postage
from proofup.notices.notifying import Notifier
from proofup.policy.budgets import Budget
from proofup.policy.limits import CounterKey
from proofup.values.ways import Way


class Parts(Protocol):
    """The parts of the challenge room that this package needs; nothing is read or written."""

    @property
    def catalogue(self) -> Catalogue:
        """The methods there are."""
        ...

    @property
    def served(self) -> frozenset[Way]:
        """The ways for which there is a carrier, or none is needed."""
        ...

    @property
    def budgets(self) -> Mapping[Carrier, Budget]:
        """What texts and calls may cost."""
        ...

    @property
    def counter_key(self) -> CounterKey:
        """What names the counters of it."""
        ...

    @property
    def notifier(self) -> Notifier:
        """What tells people of changes."""
        ...


def postage(parts: Parts) -> Postage:
    """Return what texts may cost."""
    return Postage(parts.budgets[Carrier.TEXTS], parts.counter_key)
