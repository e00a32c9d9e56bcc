"""`/forgot-password`: a forgotten password is reset by proofs, for every name by the same pages."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.forced_change import least_of
from proofup.authentication.resets.asking import ask
from proofup.authentication.resets.begin import begin_reset
from proofup.authentication.resets.finishing import finish
from proofup.authentication.resets.proving import prove
from proofup.authentication.resets.standing import ResetStanding, ResetStep, stand
from proofup.challenges.outcome import Refused
from proofup.directory.passwords import MOST_CODE_POINTS, UnacceptablePasswordError
from proofup.pages.challenge import error_of
from proofup.pages.cookies import Cookie
from proofup.pages.errors import Action
from proofup.pages.forms import LONGEST_CODE, LONGEST_PASSWORD, read_form
from proofup.pages.not_sent import trouble_of
from proofup.pages.page_context import context_of, remember
from proofup.pages.returns import see_other
from proofup.policy.resets import is_offered
from proofup.signin.challenge import shown
from proofup.signin.door import SIGN_IN, Door
from proofup.signin.name import LONGEST_NAME
from proofup.values.errors import LimitReachedError, RevokedError, StaleError
from proofup.values.ids import random_token
from proofup.values.secret import Secret
from proofup.values.ways import Way
from proofup.values.words import marked

ADDRESS = "/forgot-password"
PROOF, CODE, NEW = f"{ADDRESS}/proof", f"{ADDRESS}/code", f"{ADDRESS}/new"
PLACES = {ResetStep.NAME: ADDRESS, ResetStep.PROOF: PROOF, ResetStep.NEW_PASSWORD: NEW}
DONE = f"{SIGN_IN}?password=reset"


async def show(door: Door, request: Request) -> Response:
    """Ask for the user name, or say that the help desk resets passwords here."""
    if not is_offered(await door.ports.room.policies.current()):
        return door.pages.render(request, "signin/forgotten_off.html")
    sign_in = (await door.stand(request)).sign_in
    name = sign_in.name if sign_in else ""
    return door.pages.render(request, "signin/forgotten.html", user_name=name)


async def submit(door: Door, request: Request) -> Response:
    """Begin a reset for the name, whoever's it is."""
    form = await read_form(request)
    typed = form.text("username", longest=LONGEST_NAME)
    if not is_offered(await door.ports.room.policies.current()):
        return see_other(ADDRESS)
    context, token = context_of(request.scope), random_token(door.ports.room.entropy)
    await begin_reset(
        door.ports,
        token,
        typed,
        client=context.client,
        language=context.language,
        at=context.at,
    )
    response = see_other(PROOF)
    door.cookies.set(response, Cookie.RESET, token)
    return response


async def show_ways(door: Door, request: Request) -> Response:
    """Show the ways to prove it: before the first proof those of everybody."""
    here = await _stand(door, request)
    if here.step is not ResetStep.PROOF:
        return _elsewhere(door, request, here)
    return _ways(door, request, here)


async def choose(door: Door, request: Request) -> Response:
    """Ask in the way that was chosen, and go on to its answer."""
    form = await read_form(request)
    here = await _stand(door, request)
    if here.step is not ResetStep.PROOF:
        return _elsewhere(door, request, here)
    way = Way(form.optional("option", longest=64) or "")
    try:
        is_asked = await ask(door.ports, here, way, at=context_of(request.scope).at)
    except LimitReachedError as limit:
        return _ways(door, request, here, limit=limit)
    except StaleError:  # the same form, sent twice at once
        is_asked = True
    return see_other(CODE if is_asked else PROOF)


async def show_code(door: Door, request: Request) -> Response:
    """Ask for the code, which was sent if the account has such a method."""
    here = await _stand(door, request)
    if here.step is not ResetStep.PROOF or here.reset is None or here.reset.asked is None:
        return _elsewhere(door, request, here)
    return _code(door, request, here)


async def answer(door: Door, request: Request) -> Response:
    """Judge the code, and go on to the next step."""
    form = await read_form(request)
    here = await _stand(door, request)
    if here.step is not ResetStep.PROOF or here.reset is None or here.reset.asked is None:
        return _elsewhere(door, request, here)
    code, at = form.text("code", longest=LONGEST_CODE), context_of(request.scope).at
    try:
        refused = await prove(door.ports, here, code, at=at)
    except (StaleError, RevokedError):  # another request was first
        refused = None
    if refused is not None:
        return _code(door, request, here, refused=refused)
    return _elsewhere(door, request, await _stand(door, request))


async def show_new(door: Door, request: Request) -> Response:
    """Ask for the new password."""
    here = await _stand(door, request)
    if here.step is not ResetStep.NEW_PASSWORD:
        return _elsewhere(door, request, here)
    return _new(door, request, here)


async def set_new(door: Door, request: Request) -> Response:
    """Set the new password, and end at the page of the sign-in."""
    form = await read_form(request)
    here = await _stand(door, request)
    if here.step is not ResetStep.NEW_PASSWORD:
        return _elsewhere(door, request, here)
    new = Secret(form.text("new", longest=LONGEST_PASSWORD))
    if form.text("again", longest=LONGEST_PASSWORD) != new.reveal():
        return _new(door, request, here, because="again")
    try:
        await finish(door.ports, here, new, at=context_of(request.scope).at)
    except UnacceptablePasswordError as error:
        return _new(door, request, here, because=error.reason)
    except StaleError:  # the same form, sent twice at once: the other one was first
        pass
    response = see_other(DONE)
    for cookie in (Cookie.RESET, Cookie.TRANSACTION, Cookie.SESSION):
        door.cookies.clear(response, cookie)
    return response


async def _stand(door: Door, request: Request) -> ResetStanding:
    token, at = door.cookies.read(request, Cookie.RESET), context_of(request.scope).at
    here = await stand(door.ports, token, at=at)
    if here.reset is not None:
        remember(request.scope, correlation_id=here.reset.correlation_id)
    return here


def _elsewhere(door: Door, request: Request, here: ResetStanding) -> Response:
    if here.step is not ResetStep.IMPOSSIBLE:
        return see_other(PLACES[here.step])
    return door.problems.problem(
        request,
        status=403,
        title=marked("This password can't be reset here"),
        what_to_do=marked(
            "Your answer was right, but one more proof of another kind is needed, and the account "
            "has none. Nothing was changed. Ask the help desk."
        ),
        label=marked("Password reset stopped"),
        number=50131,
        name="TooFewMethods",
        actions=(Action(words=marked("Back to the sign-in"), href=SIGN_IN),),
    )


def _ways(
    door: Door, request: Request, here: ResetStanding, *, limit: LimitReachedError | None = None
) -> Response:
    catalogue = door.ports.room.catalogue
    # What the account has is shown only to whoever has given a first proof.
    own = [shown(door, option) for option in here.options] if here.has_proven else []
    anybody = [
        {"kind": catalogue.kinds[traits.word], "way": traits.word}
        for traits in here.ways
        if not here.has_proven
    ]
    return door.pages.render(
        request,
        "signin/forgotten_ways.html",
        status=429 if limit else 200,
        user_name=here.reset.name if here.reset else "",
        own=own,
        anybody=anybody,
        until=trouble_of(limit).until if limit else None,
    )


def _code(
    door: Door, request: Request, here: ResetStanding, *, refused: Refused | None = None
) -> Response:
    way = here.reset.asked if here.reset else None
    return door.pages.render(
        request,
        "signin/forgotten_code.html",
        status=400 if refused else 200,
        user_name=here.reset.name if here.reset else "",
        way={"kind": door.ports.room.catalogue.kinds[way], "way": way} if way else None,
        has_proven=here.has_proven,
        because=refused.because.value if refused else None,
        left=refused.left if refused else None,
        until=refused.until if refused else None,
        error=error_of(refused, None),
    )


def _new(
    door: Door, request: Request, here: ResetStanding, *, because: str | None = None
) -> Response:
    held = here.subscriber.held if here.subscriber else ()
    return door.pages.render(
        request,
        "signin/forgotten_new.html",
        status=400 if because else 200,
        user_name=here.reset.name if here.reset else "",
        because=because,
        least=least_of(door.ports, held),
        most=MOST_CODE_POINTS,
    )
