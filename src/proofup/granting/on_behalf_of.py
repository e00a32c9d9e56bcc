"""An API calls another for the person who called it: the on-behalf-of grant (RFC 7523 §2.1).

What the API may have for the person was allowed before: nobody can be asked now. The new tokens are
of the family of the one that was shown, and end with it.
"""

from datetime import datetime, timedelta

from msgspec import UNSET

from proofup.granting.bearer import TokenRefusedError, check_standing, signed_claims
from proofup.granting.caller import Caller
from proofup.granting.finding import application_with
from proofup.granting.issuing import Holding, Tokens, still_in_force, tokens_for
from proofup.granting.people import person_of
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.granting.scopes import allowed_scopes
from proofup.tokens.access_token import AccessClaims
from proofup.tokens.application import Application
from proofup.tokens.authorization import SignedIn
from proofup.values.clock import EPOCH
from proofup.values.errors import RevokedError
from proofup.values.ids import UserId


async def on_behalf_of(
    ports: Ports,
    application: Application,
    assertion: str,
    *,
    scope: str,
    takes_challenges: bool,
    caller: Caller,
) -> Tokens:
    """Return tokens for the person whose access token ``application`` was called with.

    Raises GrantRefusedError.
    """
    if application.is_public:
        raise GrantRefusedError(Refused.NOT_THIS_GRANT, application.id)
    claims, at = await _shown(ports, application, assertion, caller.at), caller.at
    if claims.is_application or claims.epoch is UNSET or claims.family is UNSET:
        raise GrantRefusedError(Refused.BAD_USER_ASSERTION, "it is of no person")
    if not await ports.families.is_open(claims.family, at=at):
        raise GrantRefusedError(Refused.REVOKED)
    first = await application_with(ports, claims.appid)
    if first is None or not first.is_open(claims.app_epoch):
        raise GrantRefusedError(Refused.REVOKED)
    signed_in = _signed_in(claims, claims.epoch)
    holding = Holding(
        person=await person_of(ports, signed_in),
        application=application,
        signed_in=signed_in,
        family_id=claims.family,
    )
    scopes = await allowed_scopes(ports, application, signed_in.user_id, scope)
    # The family is the first application's: a refresh token of it would be too.
    try:
        await ports.commit(*still_in_force(holding))
    except RevokedError as error:
        raise GrantRefusedError(Refused.REVOKED) from error
    return await tokens_for(
        ports,
        holding,
        scopes,
        refresh_token=None,
        takes_challenges=takes_challenges,
        at=at,
    )


async def _shown(
    ports: Ports, application: Application, assertion: str, at: datetime
) -> AccessClaims:
    """Return the claims of an access token for ``application`` itself."""
    try:
        claims = await signed_claims(ports, assertion, at=at)
        check_standing(claims, ports.tenant.issuer, application.id, at=at)
    except TokenRefusedError as error:
        raise GrantRefusedError(Refused.BAD_USER_ASSERTION, error.reason) from error
    return claims


def _signed_in(claims: AccessClaims, epoch: int) -> SignedIn:
    proven = claims.proven or None
    return SignedIn(
        user_id=UserId(claims.oid),
        epoch=epoch,
        signed_in_at=EPOCH + timedelta(seconds=claims.auth_time or claims.iat),
        proven_at=None if proven is None else EPOCH + timedelta(seconds=proven),
        amr=claims.amr or (),
        acr=claims.acr or "1",
    )
