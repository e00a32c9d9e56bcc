"""`/proofup`: what is to be set right about one's methods before a sign-in ends, and its end."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.methods.registered_methods import MethodKind
from proofup.pages.errors import Action
from proofup.pages.methods.parts import pages_of
from proofup.pages.page_context import context_of, remember
from proofup.pages.returns import see_other
from proofup.policy.decision import CAN_WAIT, Decision, RequiredAction
from proofup.policy.nudging import ends_for, stronger
from proofup.policy.proofs import preferred
from proofup.policy.rules import Policy
from proofup.policy.slots import open_slots
from proofup.portal.choices import choices_shown
from proofup.portal.door import HOME, Door, actor_in, steps_of
from proofup.registration.guard import check_may_add
from proofup.registration.ports import Actor, ChangesHeldError, NotInvitedError
from proofup.registration.recovery import codes_left
from proofup.values.ways import Way
from proofup.values.words import marked

SIGN_IN = "/signin"
ELSEWHERE = {Step.CHALLENGE: "challenge", Step.NEW_PASSWORD: "new-password"}
IMPROVES = frozenset({RequiredAction.MAY_IMPROVE, RequiredAction.MUST_IMPROVE})
NOTHING_MISSING = f"{HOME}?done=nothing-missing"


async def show(door: Door, request: Request) -> Response:
    """Tell what is missing, or that all is there; whoever is at another step is sent to it."""
    context = context_of(request.scope)
    token = context.transaction_token
    here = await stand(door.sign_in, token, at=context.at) if token else Standing(step=Step.NAME)
    if here.step in ELSEWHERE:
        return see_other(f"{SIGN_IN}/{ELSEWHERE[here.step]}")
    if here.step is Step.FINISHED or (token is None and context.session_token is not None):
        return see_other(NOTHING_MISSING)  # else no session would have been opened
    person, decision, sign_in = here.person, here.decision, here.sign_in
    if person is None or decision is None or sign_in is None:
        return see_other(f"{SIGN_IN}?return={quote(HOME, safe='')}")
    remember(request.scope, person=person.user, correlation_id=sign_in.correlation_id)
    own = door.ports.room.catalogue.lasting(here.held)
    facts: dict[str, Any] = {
        "user_name": person.user.user_principal_name,
        "methods": [door.shown(method, whole=False) for method in own],
    }
    actor = actor_in(door, request, here)
    if actor is None:
        return _done(door, request, here, facts)
    return await _due(
        door, request, actor, decision, facts, policy=here.policy, steps=steps_of(here)
    )


def _done(door: Door, request: Request, here: Standing, facts: Mapping[str, Any]) -> Response:
    """Tell what there is now, and propose what is not lost with it."""
    good = here.decision.good if here.decision else 0
    remember(request.scope, is_proving_up=True, steps=(good, good) if good else None)
    chosen = here.person.account.default_way if here.person else None
    default = preferred(here.options, chosen)
    room, at = door.ports.room, context_of(request.scope).at
    allowed = here.policy.allowed(room.served, at=at) if here.policy else frozenset[Way]()
    proposed = [
        {"kind": form.kind, "choice": form.page.choice}
        for slot, form in door.forms.items()
        if form.page.proposed and slot in open_slots(room.catalogue, here.held, allowed)
    ]
    stand_in = room.catalogue.stand_in
    issue = pages_of(stand_in.kind).issue if stand_in else None
    left = codes_left(room.catalogue, here.policy, here.held, at=at) if here.policy else None
    if stand_in and issue and left == 0:
        proposed.append({"kind": stand_in.kind, "choice": issue.choice})
    return door.pages.render(
        request,
        "portal/proofup_done.html",
        default=door.option(default) if default else None,
        proposed=proposed,
        **facts,
    )


def _stronger(door: Door, policy: Policy | None, *, at: datetime) -> Sequence[MethodKind]:
    """Return the kinds that are proposed, in the order in which they are offered."""
    room = door.ports.room
    ways = stronger(room.catalogue, policy, room.served, at=at) if policy else frozenset[Way]()
    return list(dict.fromkeys(kind for way, kind in room.catalogue.kinds.items() if way in ways))


async def _due(
    door: Door,
    request: Request,
    actor: Actor,
    decision: Decision,
    facts: Mapping[str, Any],
    *,
    policy: Policy | None,
    steps: tuple[int, int] | None,
) -> Response:
    """Tell what is missing, and how it is set right or why it cannot be."""
    at = context_of(request.scope).at
    may_wait = decision.required_action in CAN_WAIT
    is_invited = await _is_invited(door, actor, at=at)
    if decision.missing and not may_wait:
        if not is_invited:
            return door.not_invited(request)
        if not decision.slots:
            return _no_way(door, request)
    remember(request.scope, is_proving_up=True, steps=steps)
    proposed = _stronger(door, policy, at=at) if decision.required_action in IMPROVES else ()
    return door.pages.render(
        request,
        "portal/proofup.html",
        missing=decision.missing,
        may_wait=may_wait,
        improves=next(iter(proposed), None),
        **choices_shown(door, actor, among=proposed, at=at),
        can_add=is_invited and decision.slots > 0,
        is_invited=is_invited,
        days_left=_days_left(decision.until, at),
        times_left=decision.snoozes,
        ends_at=ends_for(decision.options, policy, at=at) if policy else None,
        **facts,
    )


async def _is_invited(door: Door, actor: Actor, *, at: datetime) -> bool:
    """Tell whether the rules let the actor add something from this browser."""
    with suppress(ChangesHeldError):  # which the pages that add something tell of
        try:
            await check_may_add(door.ports, actor, at=at)
        except NotInvitedError:
            return False
    return True


def _days_left(until: datetime | None, at: datetime) -> int | None:
    """Return how many days there are left until ``until``; one that has begun counts."""
    return None if until is None else math.ceil((until - at) / timedelta(days=1))


def _no_way(door: Door, request: Request) -> Response:
    """Say that nothing can be set up here by this person, and who can help."""
    return door.problems.problem(
        request,
        status=403,
        title=marked("There is nothing you could set up here"),
        what_to_do=marked(
            "A second proof is asked of you, but none of those that are accepted can be added by "
            "you now. Nothing you do here changes that: call the help desk."
        ),
        label=marked("Sign-in stopped"),
        number=50079,
        name="UserStrongAuthEnrollmentRequired",
        actions=(Action(words=marked("Sign in again"), href=SIGN_IN),),
    )
