"""A fresh proof within a session: a challenge, without the password.

It is a separate sign-in, bound to the session it was started from, with the first factor of that
session. If the account has no method, the password must be given again.
"""

from datetime import datetime

from proofup.authentication.admission import Admitted
from proofup.authentication.ports import Ports
from proofup.authentication.signin import LIFETIME, OpenSignIn, SignIn
from proofup.challenges.options import options_of
from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.ids import SignInId, random_id, token_digest


async def begin_renewal(
    ports: Ports,
    found: Admitted,
    token: str,
    *,
    return_to: str,
    client: Client,
    language: str,
    at: datetime,
) -> SignIn:
    """Open a sign-in that renews the active session, bound to the browser's ``token``."""
    session, user = found.session, found.person.user
    held, policy = found.subscriber.held, found.subscriber.policy
    options = options_of(ports.room, held, policy, at=at)
    sign_in = SignIn(
        id=SignInId(random_id(ports.room.entropy)),
        token_digest=token_digest(token),
        name=user.user_principal_name,
        user_id=user.id,
        epoch=session.epoch,
        proofs=_first(session.proofs) if options else Proofs(),
        session_id=session.id,
        stay=session.stays,
        return_to=return_to,
        correlation_id=session.correlation_id,
        client=client,
        language=language,
        started_at=at,
        expires_at=at + LIFETIME,
    )
    await ports.room.commit(OpenSignIn(sign_in=sign_in))
    return sign_in


def _first(proofs: Proofs) -> Proofs:
    """Return the first factor of ``proofs`` alone."""
    return Proofs(first_at=proofs.first_at, first_way=proofs.first_way)
