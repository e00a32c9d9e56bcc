"""The device code grant (RFC 8628): a person approves elsewhere what a program polls for."""

from datetime import datetime

from proofup.directory.users import RequireEpoch
from proofup.granting.caller import Caller
from proofup.granting.consenting import consent_to
from proofup.granting.issuing import (
    Holding,
    Tokens,
    new_refresh_token,
    still_in_force,
    tokens_for,
)
from proofup.granting.people import person_of
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.granting.scopes import Scopes, scopes_for
from proofup.tokens.application import Application
from proofup.tokens.authorization import SignedIn
from proofup.tokens.device_code import (
    AnswerDeviceCode,
    DeviceCode,
    OpenDeviceCode,
    SpendDeviceCode,
    new_user_code,
    typed_user_code,
)
from proofup.tokens.family import Family, OpenFamily
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError, RevokedError
from proofup.values.ids import random_id, random_token, token_digest
from proofup.values.secret import Secret


async def begin_device(
    ports: Ports, application: Application, scope: str, *, at: datetime
) -> tuple[Secret[str], DeviceCode]:
    """Return the code that the program polls with, and what it shows to a person."""
    if not application.is_public:
        raise GrantRefusedError(Refused.NOT_THIS_GRANT, application.id)
    if not scope.strip():
        raise GrantRefusedError(Refused.MISSING_PARAMETER, "scope")
    token = random_token(ports.entropy)
    new = DeviceCode(
        user_code=new_user_code(ports.entropy),
        application_id=application.id,
        scope=scope,
        started_at=at,
    )
    await ports.commit(OpenDeviceCode(code_digest=token_digest(token), device_code=new))
    return Secret(token), new


async def waiting_device(ports: Ports, typed: str, *, at: datetime) -> DeviceCode | None:
    """Return the request whose code a person typed, while it waits for an answer."""
    found = await ports.device_codes.by_user_code(typed_user_code(typed))
    if found is None or found.is_answered or at >= found.expires_at:
        return None
    return found


async def scopes_of_device(
    ports: Ports, application: Application, waiting: DeviceCode, signed_in: SignedIn
) -> Scopes:
    """Return what the request would give. Raises GrantRefusedError."""
    scopes = await scopes_for(ports, application, signed_in.user_id, waiting.scope)
    if scopes.for_admin:
        raise GrantRefusedError(Refused.ADMIN_CONSENT_REQUIRED, " ".join(scopes.for_admin))
    return scopes


async def answer_device(
    ports: Ports,
    application: Application,
    waiting: DeviceCode,
    signed_in: SignedIn,
    scopes: Scopes,
    *,
    allowed: bool,
    caller: Caller,
) -> None:
    """Store the person's answer, with what they allow by it. Raises AlreadySpentError."""
    consent: tuple[Change, ...] = ()
    if allowed:
        consent = await consent_to(ports, application, signed_in.user_id, scopes, caller)
    answered = DeviceCode(
        user_code=waiting.user_code,
        application_id=waiting.application_id,
        scope=waiting.scope,
        started_at=waiting.started_at,
        is_denied=not allowed,
        signed_in=signed_in if allowed else None,
    )
    await ports.commit(
        RequireEpoch(user_id=signed_in.user_id, epoch=signed_in.epoch),
        AnswerDeviceCode(device_code=answered, at=caller.at),
        *consent,
    )


async def exchange_device(
    ports: Ports, application: Application, code: str, caller: Caller, *, takes_challenges: bool
) -> Tokens:
    """Return the tokens of an approved request, once. Raises GrantRefusedError while it waits."""
    digest, at = token_digest(code), caller.at
    found = await ports.device_codes.by_code(digest)
    if found is None or found.application_id != application.id:
        raise GrantRefusedError(Refused.UNKNOWN_CODE)
    if at >= found.expires_at:
        raise GrantRefusedError(Refused.DEVICE_CODE_EXPIRED)
    if found.is_denied:
        raise GrantRefusedError(Refused.DEVICE_CODE_DENIED)
    if found.signed_in is None:
        raise GrantRefusedError(Refused.AUTHORIZATION_PENDING)
    family = Family(
        id=random_id(ports.entropy),
        application_id=application.id,
        signed_in=found.signed_in,
        scope=found.scope,
        started_at=at,
    )
    holding = Holding(
        person=await person_of(ports, found.signed_in),
        application=application,
        signed_in=found.signed_in,
        family_id=family.id,
    )
    scopes = await scopes_for(ports, application, found.signed_in.user_id, found.scope)
    refresh_token, changes = new_refresh_token(ports, holding, scopes, at)
    try:
        await ports.commit(
            *still_in_force(holding),
            SpendDeviceCode(code_digest=digest),
            OpenFamily(family=family),
            *changes,
        )
    except AlreadySpentError as error:
        raise GrantRefusedError(Refused.SPENT_CODE) from error
    except RevokedError as error:
        raise GrantRefusedError(Refused.REVOKED) from error
    return await tokens_for(
        ports,
        holding,
        scopes,
        refresh_token=refresh_token,
        takes_challenges=takes_challenges,
        at=at,
    )
