"""A refresh token for new tokens: it is spent, and followed by another (RFC 9700 §4.14.2)."""

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
from proofup.tokens.family import REPEATED_WITHIN, RefreshToken, RevokeFamily, SpendRefreshToken
from proofup.values.errors import AlreadySpentError, RevokedError
from proofup.values.ids import token_digest


async def refresh(
    ports: Ports,
    application: Application,
    token: str,
    *,
    scope: str,
    takes_challenges: bool,
    caller: Caller,
) -> Tokens:
    """Return new tokens, and a refresh token in the place of ``token``.

    ``scope`` may name another resource, or less; what was not allowed it does not give. Raises
    GrantRefusedError.
    """
    digest, at = token_digest(token), caller.at
    found = await ports.families.refresh_token(digest)
    if found is None or found.family.application_id != application.id:
        raise GrantRefusedError(Refused.UNKNOWN_REFRESH_TOKEN)
    if found.spent_at is not None:
        await _refuse_spent(ports, application, found, caller)
    family = found.family
    if family.revoked_at is not None or at >= family.expires_at:
        raise GrantRefusedError(Refused.UNKNOWN_REFRESH_TOKEN)
    holding = Holding(
        person=await person_of(ports, family.signed_in),
        application=application,
        signed_in=family.signed_in,
        family_id=family.id,
    )
    # The refresh token itself is proof of ``offline_access``.
    asked = f"{scope or family.scope} offline_access"
    scopes = await allowed_scopes(ports, application, family.signed_in.user_id, asked)
    new_token, changes = new_refresh_token(ports, holding, scopes, at)
    try:
        await ports.commit(
            *still_in_force(holding), SpendRefreshToken(token_digest=digest, at=at), *changes
        )
    except AlreadySpentError as error:  # two requests at once: one of them has the tokens
        raise GrantRefusedError(Refused.REUSED_REFRESH_TOKEN) from error
    except RevokedError as error:
        raise GrantRefusedError(Refused.REVOKED) from error
    return await tokens_for(
        ports,
        holding,
        scopes,
        refresh_token=new_token,
        takes_challenges=takes_challenges,
        at=at,
    )


async def _refuse_spent(
    ports: Ports, application: Application, found: RefreshToken, caller: Caller
) -> None:
    """Refuse a token that was spent. Some time after its use it was copied: the family ends."""
    if found.spent_at is not None and caller.at > found.spent_at + REPEATED_WITHIN:
        user_id = found.family.signed_in.user_id
        await ports.commit(
            RevokeFamily(family_id=found.family.id, at=caller.at),
            refused(application, Refused.REUSED_REFRESH_TOKEN, caller, user_id),
        )
    raise GrantRefusedError(Refused.REUSED_REFRESH_TOKEN)
