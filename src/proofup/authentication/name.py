"""The first page: a name opens a sign-in, whether or not anybody has it."""

from datetime import datetime

from proofup.authentication.continuing import sign_in_before
from proofup.authentication.ports import Ports
from proofup.authentication.signin import LIFETIME, OpenSignIn, SignIn
from proofup.policy import figures
from proofup.policy.limits import Charge, CountTries
from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.errors import InvalidNameError
from proofup.values.ids import CorrelationId, SignInId, random_id, token_digest
from proofup.values.names import canonical_name, spelled_name


async def submit_name(
    ports: Ports,
    token: str,
    typed: str,
    *,
    return_to: str | None,
    before: str | None = None,
    client: Client,
    language: str,
    at: datetime,
) -> SignIn:
    """Open a sign-in for the name a person typed, bound to their browser's ``token``.

    A name that nobody can have opens one too, for nobody: the answer is the same for all.
    ``before`` is the token that the browser had. Raises LimitReachedError where one network opens
    too many.
    """
    limit = figures.SIGN_INS_OF_NETWORK
    key = ports.room.counter_key(limit.name, client.network)
    try:
        name = canonical_name(typed)
        person = await ports.people.by_name(name)
    except InvalidNameError:
        name, person = spelled_name(typed)[:64], None
    sign_in = SignIn(
        id=SignInId(random_id(ports.room.entropy)),
        token_digest=token_digest(token),
        name=name,  # as it was typed: the stored spelling would tell that somebody has it
        user_id=person.user.id if person else None,
        epoch=person.account.epoch if person else 0,
        proofs=Proofs(),
        follows=await sign_in_before(ports, before, person.user.id if person else None),
        return_to=return_to,
        correlation_id=CorrelationId(random_id(ports.room.entropy)),
        client=client,
        language=language,
        started_at=at,
        expires_at=at + LIFETIME,
    )
    await ports.room.commit(
        CountTries(charges=(Charge(key=key, limit=limit),), at=at), OpenSignIn(sign_in=sign_in)
    )
    return sign_in
