"""`/check`: where somebody who calls the help desk proves who they are, without signing in.

The page says nothing of anybody: not whom a word belongs to, and not whether there is such a word.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.callers import answer_help_desk
from proofup.challenges.questions import LONGEST, Put
from proofup.directory.caller_checks import LONGEST_WORD, shown_word, typed_word
from proofup.methods.declaration import WayTraits
from proofup.methods.protocol import Purpose
from proofup.pages.ceremony import put_to_browser
from proofup.pages.forms import LONGEST_BROWSER_ANSWER, LONGEST_CODE, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import Door
from proofup.values.ways import Way

ADDRESS = "/check"
DONE = f"{ADDRESS}/done"


async def show(door: Door, request: Request) -> Response:
    """Ask for the word and the code; a word in the address is filled in."""
    named = request.path_params.get("word")
    word = typed_word(str(named)) if named is not None else None
    if named is not None and word is None:
        raise HTTPException(404)
    return await _page(door, request, shown_word(word) if word else "")


async def submit(door: Door, request: Request) -> Response:
    """Judge the code for the word."""
    form, context = await read_form(request), context_of(request.scope)
    word, question = (
        form.text("word", longest=LONGEST_WORD),
        form.optional("question", longest=LONGEST),
    )
    by_browser = question is not None and form.fields.get("code", "").startswith("{")
    code = form.text("code", longest=LONGEST_BROWSER_ANSWER if by_browser else LONGEST_CODE)
    is_right = await answer_help_desk(
        door.sign_in,
        word,
        code,
        put=Put(question, context.browser_secret) if question and by_browser else None,
        client=context.client,
        correlation_id=context.correlation_id,
        language=context.language,
        at=context.at,
    )
    if is_right:
        return see_other(DONE)
    return await _page(door, request, word, is_refused=True)


async def done(door: Door, request: Request) -> Response:
    """Say that it was right."""
    return door.pages.render(request, "portal/check_done.html")


async def _page(door: Door, request: Request, word: str, *, is_refused: bool = False) -> Response:
    context, room = context_of(request.scope), door.sign_in.room
    allowed = (await room.policies.current()).allowed(room.served, at=context.at)
    way = next(
        (one.word for one in room.catalogue.traits.values() if _is_by_browser(one, allowed)), None
    )
    return door.pages.render(
        request,
        "portal/check.html",
        status=400 if is_refused else 200,
        word=word,
        is_refused=is_refused,
        ceremony=way
        and put_to_browser(
            room, way, context.browser_secret, purpose=Purpose.CALLER_CHECK, at=context.at
        ),
        kind=room.catalogue.kinds[way] if way else None,
        way=way,
    )


def _is_by_browser(traits: WayTraits, allowed: frozenset[Way]) -> bool:
    return traits.for_callers and traits.by_browser and traits.word in allowed
