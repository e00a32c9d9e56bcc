"""The parts that this package needs."""

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
        """The ways that have a carrier or need none."""
        ...

    @property
    def budgets(self) -> Mapping[Carrier, Budget]:
        """What texts and calls may cost."""
        ...

    @property
    def counter_key(self) -> CounterKey:
        """The function that names the counters of messages."""
        ...

    @property
    def notifier(self) -> Notifier:
        """The notifier."""
        ...


def postage(parts: Parts) -> Postage:
    """Return the budget for texts."""
    return Postage(parts.budgets[Carrier.TEXTS], parts.counter_key)
