"""The first page of a password reset: any name begins one, known or not."""

from datetime import datetime
from functools import partial

from proofup.authentication.password_reset import LIFETIME, OpenPasswordReset, PasswordReset
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.challenges.brakes import commit
from proofup.policy import figures
from proofup.policy.limits import Charge, CountTries
from proofup.values.client import Client
from proofup.values.errors import InvalidNameError
from proofup.values.ids import CorrelationId, ResetId, random_id, token_digest
from proofup.values.names import canonical_name, spelled_name

LONGEST = 64  # letters kept of a name that nobody can have


async def begin_reset(
    ports: Ports, token: str, typed: str, *, client: Client, language: str, at: datetime
) -> PasswordReset:
    """Open a reset for the name that was typed, bound to the browser's ``token``.

    Raises LimitReachedError where one network opens too many.
    """
    try:
        name = canonical_name(typed)
        person = await ports.people.by_name(name)
    except InvalidNameError:
        name, person = " ".join(spelled_name(typed).split())[:LONGEST], None
    reset = PasswordReset(
        id=ResetId(random_id(ports.room.entropy)),
        token_digest=token_digest(token),
        name=name,  # as typed: the stored spelling would reveal that the name exists
        user_id=person.user.id if person else None,
        epoch=person.account.epoch if person else 0,
        correlation_id=CorrelationId(random_id(ports.room.entropy)),
        client=client,
        language=language,
        started_at=at,
        expires_at=at + LIFETIME,
    )
    policy, limit = await ports.room.policies.current(), figures.RESETS_OF_NETWORK
    key = ports.room.counter_key(limit.name, client.network)
    await commit(
        ports.room,
        partial(record, reset, succeeded=False, at=at),
        CountTries(charges=(Charge(key=key, limit=policy.limit(limit)),), at=at),
        OpenPasswordReset(reset=reset),
        at=at,
    )
    return reset
