"""What the flows of this package need from outside, joined once at start."""

from msgspec import Struct

from proofup.challenges.challenge import Challenges, Deliveries
from proofup.methods.catalogue import Catalogue
from proofup.methods.protocol import RegisteredMethods
from proofup.policy.limits import CounterKey, Counters
from proofup.policy.texts import TextPolicy
from proofup.values.changes import Commit
from proofup.values.ids import Entropy


class Room(Struct, frozen=True, kw_only=True):
    """Ports and parts that putting and judging a challenge takes."""

    catalogue: Catalogue
    methods: RegisteredMethods
    challenges: Challenges
    deliveries: Deliveries
    counters: Counters
    counter_key: CounterKey
    texts: TextPolicy
    commit: Commit
    entropy: Entropy
