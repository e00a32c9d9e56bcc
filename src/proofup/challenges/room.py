"""What the flows of this package need from outside, joined once at start."""

from collections.abc import Mapping

from msgspec import Struct

from proofup.challenges.challenge import Challenges, Deliveries
from proofup.directory.users import People
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Carrier
from proofup.methods.registered_methods import RegisteredMethods
from proofup.notices.notifying import Notifier
from proofup.policy.budgets import Budget
from proofup.policy.conversion import Conversions
from proofup.policy.limits import CounterKey, Counters
from proofup.policy.rules import Policies
from proofup.values.changes import Commit
from proofup.values.digests import Digests
from proofup.values.ids import Entropy
from proofup.values.stretching import Stretching
from proofup.values.ways import Way


class Room(Struct, frozen=True, kw_only=True):
    """Ports and parts that putting and judging a challenge takes.

    ``digests`` are of questions that are not stored. ``served`` are the ways for which there is a
    carrier, or none is needed.
    """

    catalogue: Catalogue
    methods: RegisteredMethods
    challenges: Challenges
    deliveries: Deliveries
    counters: Counters
    counter_key: CounterKey
    digests: Digests
    people: People
    policies: Policies
    notifier: Notifier
    budgets: Mapping[Carrier, Budget]
    conversions: Conversions
    stretching: Stretching
    served: frozenset[Way]
    commit: Commit
    entropy: Entropy


def budget_of(room: Room, way: Way) -> Budget:
    """Return the budget under which messages of ``way`` fall, which needs a carrier."""
    return room.budgets[room.catalogue.traits[way].carrier]
