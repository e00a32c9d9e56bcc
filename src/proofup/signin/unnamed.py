"""`/signin/with/<way>/unnamed`: a sign-in without a name, by a method that tells whose it is."""

from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.first_method import first_ways
from proofup.authentication.unnamed import prove_unnamed
from proofup.challenges.outcome import Refused
from proofup.challenges.questions import LONGEST, Put
from proofup.methods.declaration import WayTraits
from proofup.pages.ceremony import Ceremony, longest_answer, put_to_browser
from proofup.pages.challenge import error_of, status_of
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import folder_of
from proofup.pages.not_sent import trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import safe_return, see_other
from proofup.signin.door import ADDRESSES, Door
from proofup.signin.first_method import address_of
from proofup.values.ids import random_token


class Unnamed(Struct, frozen=True, kw_only=True):
    """A way to sign in without a name, as the first page shows it, and why it was refused."""

    kind: str
    folder: str
    way: str
    action: str
    ceremony: Ceremony
    because: str | None = None


def unnamed_address(traits: WayTraits) -> str:
    """Return where the answer in a way goes."""
    return f"{address_of(traits)}/unnamed"


async def unnamed_ways(
    door: Door, request: Request, tried: WayTraits | None = None, refused: Refused | None = None
) -> list[Unnamed]:
    """Return the ways that the page offers; ``tried`` was ``refused`` just now."""
    room, context = door.ports.room, context_of(request.scope)
    found = []
    for traits in await first_ways(door.ports, at=context.at):
        ceremony = put_to_browser(room, traits.word, context.browser_secret, at=context.at)
        if ceremony is not None:
            kind = room.catalogue.kinds[traits.word]
            found.append(
                Unnamed(
                    kind=kind,
                    folder=folder_of(kind),
                    way=traits.word,
                    action=unnamed_address(traits),
                    ceremony=ceremony,
                    because=refused.because if refused and traits == tried else None,
                )
            )
    return found


async def submit(traits: WayTraits, door: Door, request: Request) -> Response:
    """Judge the answer; a right one goes on to where the person was going."""
    context, room = context_of(request.scope), door.ports.room
    form = await read_form(request)
    answer = form.text("code", longest=longest_answer(room, traits.word))
    return_to = safe_return(form.optional("return", longest=2048))
    token = random_token(room.entropy)
    outcome = await prove_unnamed(
        door.ports,
        token,
        traits.word,
        answer,
        await door.brought(request),
        put=Put(form.text("question", longest=LONGEST), context.browser_secret),
        return_to=return_to,
        before=context.transaction_token,
        client=context.client,
        language=context.language,
        at=context.at,
    )
    if isinstance(outcome, Refused):
        return door.pages.render(
            request,
            "signin/name.html",
            status=status_of(outcome, None),
            **await name_page(door, request, return_to, tried=traits, refused=outcome),
        )
    if outcome.issued is not None:
        return await door.proven(request, outcome)
    trouble = trouble_of(outcome.not_sent).query if outcome.not_sent else ""
    response = see_other(f"{ADDRESSES[outcome.standing.step]}{trouble}")
    door.cookies.set(response, Cookie.TRANSACTION, token)
    return response


async def name_page(
    door: Door,
    request: Request,
    return_to: str | None,
    *,
    tried: WayTraits | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """Return the context of the first page."""
    return {
        "user_name": "",
        "return_to": return_to,
        "ended": None,
        "was_reset": False,
        "unnamed": await unnamed_ways(door, request, tried, refused),
        "until": refused.until if refused else None,
        "error": error_of(refused, None),
    }
