"""What a request of the authorize endpoint still demands of a person, and its answer then."""

from datetime import datetime
from enum import Enum, auto

from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.users import Person, RequireEpoch
from proofup.granting.app_roles import app_roles_of
from proofup.granting.authorize import CODE, CONSENT, ID_TOKEN, LOGIN, SELECT_ACCOUNT
from proofup.granting.caller import Caller
from proofup.granting.consenting import consent_to
from proofup.granting.finding import application_with
from proofup.granting.group_claims import with_groups
from proofup.granting.issuing import profile_of
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.granting.scopes import Scopes, scopes_for
from proofup.tokens.application import Application
from proofup.tokens.authorization import (
    CODE_LIFETIME,
    AuthorizationRequest,
    Code,
    OpenCode,
    SignedIn,
)
from proofup.tokens.id_token import client_info, id_claims
from proofup.tokens.jwt import TokenType, sign
from proofup.values.ids import random_id, random_token, token_digest


class Demand(Enum):
    """What is missing."""

    SIGN_IN = auto()  # there is no session
    SIGN_IN_AGAIN = auto()  # there is one, but it is too old or not wanted
    CHOOSE_ACCOUNT = auto()  # go on with this account, or with another?
    SECOND_PROOF = auto()
    CONSENT = auto()
    NOTHING = auto()


class Answers(Struct, frozen=True, kw_only=True):
    """What a person has answered on the page of this request."""

    account_chosen: bool = False
    consented: bool = False


class Judged(Struct, frozen=True, kw_only=True):
    """A request with what it demands, and what it would give."""

    demand: Demand
    application: Application
    scopes: Scopes | None = None


async def judge(
    ports: Ports,
    request: AuthorizationRequest,
    signed_in: SignedIn | None,
    answers: Answers,
    *,
    at: datetime,
) -> Judged:
    """Return what ``request`` still demands of a person. Raises GrantRefusedError."""
    application = await application_with(ports, request.application_id)
    if application is None or not application.enabled:
        raise GrantRefusedError(Refused.DISABLED_APPLICATION, request.application_id)
    if signed_in is None:
        return Judged(demand=Demand.SIGN_IN, application=application)
    if _is_too_old(request, signed_in, at):
        return Judged(demand=Demand.SIGN_IN_AGAIN, application=application)
    if request.demands_mfa and signed_in.proven_at is None:
        return Judged(demand=Demand.SECOND_PROOF, application=application)
    is_new = signed_in.signed_in_at >= request.started_at
    if SELECT_ACCOUNT in request.prompts and not (is_new or answers.account_chosen):
        return Judged(demand=Demand.CHOOSE_ACCOUNT, application=application)
    scopes = await scopes_for(ports, application, signed_in.user_id, request.scope)
    if scopes.for_admin:
        raise GrantRefusedError(Refused.ADMIN_CONSENT_REQUIRED, " ".join(scopes.for_admin))
    asks = bool(scopes.missing) or (CONSENT in request.prompts and not application.is_first_party)
    demand = Demand.CONSENT if asks and not answers.consented else Demand.NOTHING
    return Judged(demand=demand, application=application, scopes=scopes)


async def approve(
    ports: Ports,
    request: AuthorizationRequest,
    judged: Judged,
    person: Person,
    signed_in: SignedIn,
    *,
    caller: Caller,
) -> dict[str, str]:
    """Return what the client is answered with: a code, an ID token, or both.

    What the person has just allowed is stored. Raises RevokedError.
    """
    at = caller.at
    signed_in = replace(signed_in, acr=request.acr or signed_in.acr)
    answer = {"iss": ports.tenant.issuer}
    if request.state is not None:
        answer["state"] = request.state
    code = random_token(ports.entropy) if CODE in request.response_types else None
    given = judged.scopes
    user_id = person.user.id
    consent = await consent_to(ports, judged.application, user_id, given, caller) if given else ()
    if code is not None:
        answer["code"] = code
    opened = [] if code is None else [_opened(ports, request, code, signed_in, at)]
    epoch = RequireEpoch(user_id=person.user.id, epoch=signed_in.epoch)
    await ports.commit(epoch, *consent, *opened)
    if ID_TOKEN in request.response_types:
        claims = id_claims(
            profile_of(person),
            signed_in,
            request.application_id,
            ports.tenant,
            nonce=request.nonce,
            openid=judged.scopes.openid if judged.scopes else frozenset(),
            app_roles=await app_roles_of(ports, judged.application, person.user.id),
            code=code,
            at=at,
        )
        claims = await with_groups(ports, claims, judged.application, user_id)
        answer["id_token"] = sign(claims.as_json(), await ports.keys.signing(at), TokenType.ID)
    if request.wants_client_info:
        answer["client_info"] = client_info(person.user.id, ports.tenant)
    return answer


def _is_too_old(request: AuthorizationRequest, signed_in: SignedIn, at: datetime) -> bool:
    """Tell whether the person must sign in again, whatever their session is worth otherwise."""
    if LOGIN in request.prompts and signed_in.signed_in_at < request.started_at:
        return True
    if request.max_age is None:
        return False
    # While the request lasts, a sign-in for it is new enough.
    return signed_in.signed_in_at < min(at, request.started_at) - request.max_age


def _opened(
    ports: Ports, request: AuthorizationRequest, code: str, signed_in: SignedIn, at: datetime
) -> OpenCode:
    return OpenCode(
        token_digest=token_digest(code),
        code=Code(
            application_id=request.application_id,
            redirect_uri=request.redirect_uri,
            challenge=request.challenge,
            scope=request.scope,
            nonce=request.nonce,
            signed_in=signed_in,
            family_id=random_id(ports.entropy),
            expires_at=at + CODE_LIFETIME,
        ),
    )
