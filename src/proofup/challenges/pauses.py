"""Who cannot give a second proof now, as there were too many wrong ones."""

from collections.abc import Collection
from datetime import datetime

from proofup.challenges.room import Room
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.policy.rules import Policy
from proofup.values.ids import UserId


async def paused_among(
    room: Room, policy: Policy, users: Collection[UserId], *, at: datetime
) -> frozenset[UserId]:
    """Return those of ``users`` for whom no answer is taken now, in one way or in all."""
    whose = {
        charge.key: (charge, user_id)
        for user_id in users
        for charge in _charges(room, policy, user_id)
    }
    charges = [charge for charge, _ in whose.values()]
    refused = await room.counters.refused(charges, at=at)
    return frozenset(whose[key][1] for key in refused)


def _charges(room: Room, policy: Policy, user_id: UserId) -> list[Charge]:
    of_all = policy.limit(figures.WRONG_PROOFS)
    in_a_row = policy.limit(figures.WRONG_PROOFS_IN_A_ROW)
    return [
        Charge(key=room.counter_key(of_all.name, user_id), limit=of_all),
        *(
            Charge(key=room.counter_key(in_a_row.name, user_id, way), limit=in_a_row)
            for way in room.catalogue.ways
        ),
    ]
