"""People with their methods and the rules, in one statement: every step of a sign-in needs them."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from proofup.policy.subscriber import Subscriber
from proofup.storage.aggregate import Aggregate
from proofup.storage.methods import SHOWN_COLUMNS, MethodRows
from proofup.storage.policies import CURRENT, PolicyRows
from proofup.storage.statements import Row
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.ids import UserId

HOLDER = (
    f"SELECT {PERSON_COLUMNS}, ({CURRENT}), {SHOWN_COLUMNS} "
    "FROM users u JOIN accounts a ON a.user_id = u.id "
    "LEFT JOIN authentication_methods m ON m.user_id = u.id "
    "WHERE u.id = ? ORDER BY m.created_at, m.slot"
)
MANY = HOLDER.replace("u.id = ? ORDER BY", "u.id IN (?) ORDER BY u.id,")


class SubscriberRows(Aggregate, frozen=True):
    """The port ``Subscribers``."""

    methods: MethodRows
    policies: PolicyRows

    async def of(self, user_id: UserId) -> Subscriber | None:
        """Return the person with this id, with their methods and roles."""
        found = await self.engine.rows(HOLDER, user_id)
        return self._subscriber(found) if found else None

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Subscriber]:
        """Return those of these ids whom there are, read together."""
        found = await self.rows_of_some(MANY, user_ids)
        return {
            UserId(user_id): self._subscriber(list(some))
            for user_id, some in groupby(found, key=lambda columns: columns[0])
        }

    def _subscriber(self, found: Sequence[Row]) -> Subscriber:
        person = person_of(found[0])
        held = [columns[PERSON_WIDTH + 1 :] for columns in found]
        return Subscriber(
            person=person,
            held=[
                self.methods.method_of(person.user.id, columns) for columns in held if columns[0]
            ],
            policy=self.policies.policy_of(found[0][PERSON_WIDTH]),
        )
