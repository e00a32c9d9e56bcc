"""`/admin/users/{id}/caller`: letting somebody who calls prove who they are.

The agent reads out a code and an address, and sees whether the caller proved it. What the caller
types goes from their own browser to the service; no page of the agent asks for it.
"""

import re

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import USERS, Door
from proofup.admin.person import ADDRESS as PERSON
from proofup.admin.person import option, target_in
from proofup.administration.check_caller import callers_options, check_caller, latest_check
from proofup.authentication.callers import prove_caller
from proofup.challenges.look import Asked, answers_to, newest
from proofup.directory.caller_checks import CallerCheck, shown_word
from proofup.pages.call_stage import ENDS, stage_of_call
from proofup.pages.delivery_stage import Stage, stage_of
from proofup.pages.forms import read_form
from proofup.pages.not_sent import Trouble, trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.may_act import check_permitted, may_act
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way

ADDRESS = f"{PERSON}/caller"
PROGRESS = f"{ADDRESS}/progress"
CODE_ALONE = "none"  # in place of a way: the agent only shows who they are
WANTED = re.compile(r"[A-Za-z0-9/.-]{1,100}")
LONGEST = 128


class Progress(Struct, frozen=True, kw_only=True):
    """How far a check is: ``stage`` as the page words it, and how many answers were wrong."""

    stage: str
    wrong: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether the page asks again by itself."""
        return self.stage not in {*ENDS, Stage.FAILED, "unasked", "over", "proven", "approved"}


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Offer a check, or show how far it is."""
    target = await _target(door, request, actor)
    return await _page(door, request, actor, target, request.query_params.get("for", ""))


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Ask for a proof; or look what became of a call, and come back."""
    form, context = await read_form(request), context_of(request.scope)
    target = await _target(door, request, actor)
    wanted = form.optional("for", longest=LONGEST) or ""
    here = request.url.path + (f"?for={wanted}" if WANTED.fullmatch(wanted) else "")
    chosen = form.optional("option", longest=LONGEST)
    if chosen is None:
        await _look(door, request, actor, target)
        return see_other(here)
    way = None if chosen == CODE_ALONE else Way(chosen)
    try:
        await check_caller(door.ports, actor, target, way, at=context.at)
    except (LimitReachedError, CountryNotServedError) as why:
        return await _page(door, request, actor, target, wanted, trouble=trouble_of(why))
    return see_other(here)


async def progress(door: Door, request: Request, actor: Actor) -> Response:
    """Show the part of the page that tells how far the check is."""
    target, at = await _target(door, request, actor), context_of(request.scope).at
    check = await latest_check(door.ports, actor, target, at=at)
    if check is None:
        return Response(status_code=204)
    asked = await newest(door.ports.room, check.id, at=at)
    return door.page(
        request,
        actor,
        "admin/caller_progress.html",
        progress=await _progress(door, check, asked, request),
        address=request.url.path,
    )


async def _target(door: Door, request: Request, actor: Actor) -> Target:
    target = await target_in(door, request)
    check_permitted(actor, Permission.CHECK_CALLERS, target, at=context_of(request.scope).at)
    return target


async def _look(door: Door, request: Request, actor: Actor, target: Target) -> None:
    """Take what was pressed in a call as the answer; what is typed comes from the caller alone."""
    context = context_of(request.scope)
    check = await latest_check(door.ports, actor, target, at=context.at)
    asked = await newest(door.ports.room, check.id, at=context.at) if check else None
    if check is not None and asked is not None and not asked.typed:
        await prove_caller(
            door.sign_in,
            check,
            "",
            client=context.client,
            language=context.language,
            at=context.at,
        )


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    target: Target,
    wanted: str,
    *,
    trouble: Trouble | None = None,
) -> Response:
    at, user = context_of(request.scope).at, target.person.user
    check = await latest_check(door.ports, actor, target, at=at)
    asked = await newest(door.ports.room, check.id, at=at) if check else None
    has_detail = may_act(actor, Permission.READ_METHOD_DETAILS, target)
    options = callers_options(door.ports.room, target, at=at)
    return door.page(
        request,
        actor,
        "admin/caller.html",
        status=429 if trouble else 200,
        user=user,
        check=check,
        word=shown_word(check.word) if check else None,
        check_url=door.ports.check_url(""),
        asked=asked,
        by_call=asked is not None and not asked.typed,
        progress=await _progress(door, check, asked, request) if check else None,
        address=f"{USERS}/{user.id}/caller/progress",
        options=[option(door, one) for one in options],
        has_detail=has_detail,
        kinds=door.ports.room.catalogue.kinds,
        wanted=wanted if WANTED.fullmatch(wanted) else "",
        trouble=trouble.word if trouble else None,
        until=trouble.until if trouble else None,
        wait=trouble.seconds_left(at=at) if trouble else None,
    )


async def _progress(
    door: Door, check: CallerCheck, asked: Asked | None, request: Request
) -> Progress:
    at = context_of(request.scope).at
    if check.proven_at is not None:
        return Progress(stage="proven")
    if asked is None:
        return Progress(stage="unasked")
    if not asked.typed:
        return Progress(stage=stage_of_call(asked, at=at))
    wrong = await answers_to(door.ports.room, asked.stored, at=at)
    if asked.is_over:
        return Progress(stage="over", wrong=wrong)
    stage = stage_of(asked.delivery, at=at) if asked.delivery else Stage.DELIVERED
    return Progress(stage=stage, wrong=wrong)
