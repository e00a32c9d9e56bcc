"""A code for tokens: the authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5)."""

from datetime import datetime

from proofup.granting.caller import Caller
from proofup.granting.issuing import (
    Holding,
    Tokens,
    new_refresh_token,
    still_in_force,
    tokens_for,
)
from proofup.granting.people import person_of
from proofup.granting.ports import Ports
from proofup.granting.records import refused
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.granting.scopes import allowed_scopes
from proofup.tokens.application import Application
from proofup.tokens.authorization import Code, SpendCode, is_right_verifier
from proofup.tokens.family import Family, OpenFamily, RevokeFamily
from proofup.values.errors import AlreadySpentError, RevokedError
from proofup.values.ids import token_digest


async def exchange_code(
    ports: Ports,
    application: Application,
    code: str,
    *,
    redirect_uri: str,
    verifier: str,
    takes_challenges: bool,
    caller: Caller,
) -> Tokens:
    """Return the tokens for ``code``, once. A second use ends what the first has given.

    Raises GrantRefusedError.
    """
    digest, at = token_digest(code), caller.at
    found = await ports.authorizations.code(digest)
    if found is None:
        raise GrantRefusedError(Refused.UNKNOWN_CODE)
    given, spent_at = found
    if given.application_id != application.id:
        raise GrantRefusedError(Refused.WRONG_CODE)
    if spent_at is not None:
        await _end(ports, application, given, caller)
    if at >= given.expires_at:
        raise GrantRefusedError(Refused.EXPIRED_CODE)
    if redirect_uri != given.redirect_uri:
        raise GrantRefusedError(Refused.WRONG_CODE)
    _check_verifier(given, verifier)
    holding = Holding(
        person=await person_of(ports, given.signed_in),
        application=application,
        signed_in=given.signed_in,
        family_id=given.family_id,
    )
    scopes = await allowed_scopes(ports, application, given.signed_in.user_id, given.scope)
    refresh_token, changes = new_refresh_token(ports, holding, scopes, at)
    try:
        await ports.commit(
            *still_in_force(holding),
            SpendCode(token_digest=digest, at=at),
            OpenFamily(family=_family(given, at)),
            *changes,
        )
    except AlreadySpentError:
        await _end(ports, application, given, caller)
    except RevokedError as error:
        raise GrantRefusedError(Refused.REVOKED) from error
    return await tokens_for(
        ports,
        holding,
        scopes,
        refresh_token=refresh_token,
        nonce=given.nonce,
        takes_challenges=takes_challenges,
        at=at,
    )


def _check_verifier(given: Code, verifier: str) -> None:
    """Demand the verifier where there was a challenge, and none where there was none."""
    if given.challenge is None:
        if verifier:
            raise GrantRefusedError(Refused.WRONG_VERIFIER)
    elif not is_right_verifier(verifier, given.challenge):
        raise GrantRefusedError(Refused.WRONG_VERIFIER)


def _family(given: Code, at: datetime) -> Family:
    return Family(
        id=given.family_id,
        application_id=given.application_id,
        signed_in=given.signed_in,
        scope=given.scope,
        started_at=at,
    )


async def _end(ports: Ports, application: Application, given: Code, caller: Caller) -> None:
    """End the family of a code that was used before, and refuse it."""
    user_id = given.signed_in.user_id
    await ports.commit(
        RevokeFamily(family_id=given.family_id, at=caller.at),
        refused(application, Refused.SPENT_CODE, caller, user_id),
    )
    raise GrantRefusedError(Refused.SPENT_CODE)
