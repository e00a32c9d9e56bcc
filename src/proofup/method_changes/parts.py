"""What a change of methods is worked out with."""

from typing import Protocol

from proofup.methods.catalogue import Catalogue
from proofup.notices.notifying import Notifier
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
    def notifier(self) -> Notifier:
        """What tells people of changes."""
        ...
