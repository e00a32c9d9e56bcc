"""Which application asks, and whether it has proven that (RFC 6749 §2.3).

A wrong proof is counted by application and network, and the reason is in the audit log. Nothing is
counted while an application proves itself: one with a right secret writes nothing.
"""

import hmac
from datetime import datetime, timedelta

from msgspec import Struct

from proofup.granting.assertion import check_assertion
from proofup.granting.caller import Caller
from proofup.granting.finding import application_with
from proofup.granting.ports import Ports
from proofup.granting.records import refused
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.policy.limits import Charge, Limit
from proofup.tokens.application import Application
from proofup.values.errors import LimitReachedError
from proofup.values.ids import ApplicationId, token_digest
from proofup.values.secret import Secret

FAILURES = Limit(name="clientFailures", most=20, within=timedelta(minutes=1))


class ClientProof(Struct, frozen=True, kw_only=True):
    """Who a client says it is, and how it proves that; a public client has no proof."""

    client_id: str
    secret: Secret[str] | None = None
    assertion: str | None = None
    path: str = ""  # of the endpoint, which an assertion names


async def authenticated(ports: Ports, proof: ClientProof, caller: Caller) -> Application:
    """Return the application, which has proven itself unless it is a public client.

    Raises GrantRefusedError, LimitReachedError.
    """
    charge = Charge(
        key=ports.counter_key(FAILURES.name, proof.client_id.lower(), caller.client.network),
        limit=FAILURES,
    )
    spent = await ports.counters.spent(charge.key, FAILURES, at=caller.at)
    if spent >= FAILURES.most:
        raise LimitReachedError(FAILURES.name, caller.at + FAILURES.within, charge.key)
    application = await application_with(ports, ApplicationId(proof.client_id.lower()))
    try:
        return await _checked(ports, application, proof, caller.at)
    except GrantRefusedError as error:
        await ports.counters.charge(charge, at=caller.at)
        await _note(ports, application, error.reason, caller)
        raise


async def _checked(
    ports: Ports, application: Application | None, proof: ClientProof, at: datetime
) -> Application:
    if application is None:
        raise GrantRefusedError(Refused.UNKNOWN_APPLICATION, proof.client_id)
    if not application.enabled:
        raise GrantRefusedError(Refused.DISABLED_APPLICATION, application.id)
    if application.is_public:
        if proof.secret is not None or proof.assertion is not None:
            raise GrantRefusedError(Refused.SECRET_OF_PUBLIC_CLIENT, application.id)
        return application
    if proof.assertion is not None:
        await check_assertion(ports, application, proof.assertion, path=proof.path, at=at)
        return application
    if proof.secret is None:
        raise GrantRefusedError(Refused.NO_CLIENT_AUTHENTICATION, application.id)
    _check_secret(application, proof.secret, at)
    return application


def _check_secret(application: Application, secret: Secret[str], at: datetime) -> None:
    """Compare with every secret of the application, in the same time whichever it is."""
    digest = token_digest(secret.reveal())
    right = [one for one in application.secrets if hmac.compare_digest(one.digest, digest)]
    if not right:
        raise GrantRefusedError(Refused.WRONG_SECRET, application.id)
    if not any(one.starts_at <= at < one.ends_at for one in right):
        raise GrantRefusedError(Refused.EXPIRED_SECRET, application.id)


async def _note(
    ports: Ports, application: Application | None, reason: Refused, caller: Caller
) -> None:
    """Record a refusal of an application that exists; others could fill the log."""
    if application is None:
        return
    await ports.commit(refused(application, reason, caller))
