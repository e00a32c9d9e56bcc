"""The authorize endpoint, and the page on which its request goes on after a sign-in."""

from collections.abc import Mapping

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.admission import Admitted, Need
from proofup.granting.approving import Answers, Demand, Judged, approve, judge
from proofup.granting.authorize import (
    NONE,
    RedirectedRefusalError,
    checked_request,
    destination_of,
    open_request,
)
from proofup.granting.destinations import PATH
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.answering import answered, refused_there
from proofup.oauth.fields import fields_of
from proofup.oauth.page_door import (
    PageDoor,
    caller_of,
    signed_in_of,
    telling_refusals,
    to_new_sign_in,
)
from proofup.pages.errors import Action
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.pages import SECURITY_INFO
from proofup.pages.returns import to_verify
from proofup.tokens.authorization import AuthorizationRequest
from proofup.values.ids import token_digest
from proofup.values.words import marked

AUTHORIZE = "/{tenant}/oauth2/v2.0/authorize"
CONTINUE = f"{PATH}{{token}}"

# What a silent client is told instead of a page.
SILENT: Mapping[Demand, Refused] = {
    Demand.SIGN_IN: Refused.LOGIN_REQUIRED,
    Demand.SIGN_IN_AGAIN: Refused.LOGIN_REQUIRED,
    Demand.CHOOSE_ACCOUNT: Refused.LOGIN_REQUIRED,
    Demand.SECOND_PROOF: Refused.MFA_REQUIRED,
    Demand.CONSENT: Refused.CONSENT_REQUIRED,
}


@telling_refusals
async def show(door: PageDoor, request: Request) -> Response:
    """Begin what a client asks for: answer at once, or lead the person to what is missing."""
    tenant = str(request.path_params["tenant"])
    if not door.ports.tenant.is_called(tenant):
        raise GrantRefusedError(Refused.UNKNOWN_TENANT, tenant)
    asked = fields_of(request.url.query.encode()).values
    try:
        wanted = await checked_request(door.ports, asked, at=context_of(request.scope).at)
        found, judged = await _judged(door, request, wanted, Answers())
        if judged.demand is Demand.NOTHING and found is not None:
            return await _approve(door, request, wanted, judged, found)
    except RedirectedRefusalError as error:
        return refused_there(door, request, error)
    if NONE in wanted.prompts:
        reason, to = SILENT[judged.demand], destination_of(wanted)
        refusal = RedirectedRefusalError(reason, wanted.application_id, to)
        return refused_there(door, request, refusal)
    token = await open_request(door.ports, wanted)
    return _lead(door, request, wanted, (judged, found), CONTINUE.format(token=token))


@telling_refusals
async def go_on(door: PageDoor, request: Request) -> Response:
    """Go on with a request, after a sign-in or a proof."""
    return await _go_on(door, request, Answers())


@telling_refusals
async def submit(door: PageDoor, request: Request) -> Response:
    """Take the person's answer: which account, or whether to allow what is asked."""
    form = await read_form(request)
    answer = form.text("answer", longest=16)
    wanted = await _request(door, request)
    if answer == "another":
        return to_new_sign_in(request.url.path, again=True)
    if answer == "deny":
        refusal = RedirectedRefusalError(Refused.ACCESS_DENIED, "", destination_of(wanted))
        return refused_there(door, request, refusal, after_form=True)
    answers = Answers(account_chosen=True, consented=answer == "allow")
    return await _go_on(door, request, answers)


async def _go_on(door: PageDoor, request: Request, answers: Answers) -> Response:
    wanted = await _request(door, request)
    found, judged = await _judged(door, request, wanted, answers)
    if judged.demand is Demand.NOTHING and found is not None:
        return await _approve(door, request, wanted, judged, found, after_form=True)
    return _lead(door, request, wanted, (judged, found), request.url.path)


async def _request(door: PageDoor, request: Request) -> AuthorizationRequest:
    digest = token_digest(str(request.path_params["token"]))
    wanted = await door.ports.authorizations.request(digest)
    if wanted is None or context_of(request.scope).at >= wanted.expires_at:
        raise GrantRefusedError(Refused.EXPIRED_REQUEST)
    return wanted


async def _judged(
    door: PageDoor, request: Request, wanted: AuthorizationRequest, answers: Answers
) -> tuple[Admitted | None, Judged]:
    """Return the session with what is still missing; the account's own rules come first."""
    at = context_of(request.scope).at
    need = Need.PROVEN if wanted.demands_mfa else Need.REMEMBERED
    found = await door.admitted(request, need)
    signed_in = None if found is None else signed_in_of(found)
    judged = await judge(door.ports, wanted, signed_in, answers, at=at)
    is_signed_in = judged.demand not in {Demand.SIGN_IN, Demand.SIGN_IN_AGAIN}
    if found is not None and found.proof_due and is_signed_in:
        return found, replace(judged, demand=Demand.SECOND_PROOF)
    return found, judged


def _lead(
    door: PageDoor,
    request: Request,
    wanted: AuthorizationRequest,
    here: tuple[Judged, Admitted | None],
    target: str,
) -> Response:
    """Lead the person to what is missing, and from there to ``target``."""
    judged, found = here
    if judged.demand is Demand.SIGN_IN or found is None:
        return to_new_sign_in(target, name=wanted.login_hint)
    if judged.demand is Demand.SIGN_IN_AGAIN:
        return to_new_sign_in(target, name=wanted.login_hint, again=True)
    if judged.demand is Demand.SECOND_PROOF:
        return to_verify(target) if found.proof_due else _no_method(door, request)
    return door.pages.render(
        request,
        "oauth/ask.html",
        action=target,
        application=judged.application.name,
        consents=_lines(judged) if judged.demand is Demand.CONSENT else [],
        user=found.person.user,
    )


def _lines(judged: Judged) -> list[str]:
    """Return what an application wants, by the names that its makers wrote."""
    scopes = judged.scopes
    if scopes is None:
        return []
    return [*scopes.missing] or [*scopes.in_token]


def _no_method(door: PageDoor, request: Request) -> Response:
    return door.problems.problem(
        request,
        status=403,
        title=marked("This application asks for a second proof"),
        what_to_do=marked("You have set up none yet. Do that first, then open the app again."),
        number=50079,
        name="UserStrongAuthEnrollmentRequired",
        actions=(Action(words=marked("Set up a sign-in method"), href=SECURITY_INFO),),
    )


async def _approve(
    door: PageDoor,
    request: Request,
    wanted: AuthorizationRequest,
    judged: Judged,
    found: Admitted,
    *,
    after_form: bool = False,
) -> Response:
    caller, signed_in = caller_of(request, found), signed_in_of(found)
    answer = await approve(door.ports, wanted, judged, found.person, signed_in, caller=caller)
    return answered(door, request, destination_of(wanted), answer, after_form=after_form)
