"""`/security-info`: what a person has, what they may do with it, and what happened lately."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from proofup.challenges.options import options_of
from proofup.methods.catalogue import Catalogue
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import told_at
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import folder_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.nudging import ends_for
from proofup.policy.proofs import preferred
from proofup.portal import app_passwords, devices, sessions
from proofup.portal.choices import choices_of
from proofup.portal.door import Door
from proofup.portal.recovery import stood_in
from proofup.registration.not_me import report_in_session
from proofup.registration.ports import Actor
from proofup.registration.recovery import codes_left
from proofup.values.ids import UserId

ADDED, CHANGED = "added", "changed"  # behind the kind of a method
RECENT = 8  # entries of the activity list
DONE = frozenset(
    {
        "removed",
        "renamed",
        "default-changed",
        "device-forgotten",
        "devices-restored",
        "password-changed",
        "session-ended",
        "nothing-missing",
    }
)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the methods of the person who asks; ``done`` names what was just changed."""
    user, account = actor.person.user, actor.person.account
    held, at = actor.held, context_of(request.scope).at
    options = options_of(door.ports.room, held, actor.policy, at=at)
    default = preferred(options, account.default_way)
    password = await door.passwords.of_user(user.id)
    whole = door.sees_numbers(actor, request)
    room = door.ports.room
    policy = actor.policy
    allowed = policy.allowed(room.served, at=at)
    own = [one for one in held if not room.catalogue.stands_in(one)]
    done = request.query_params.get("done") or ""
    kind, _, what = done.rpartition("-")
    is_of_method = kind in room.catalogue.by_kind and what in {ADDED, CHANGED}
    done_kind = kind if is_of_method else None
    return door.pages.render(
        request,
        "portal/security_info.html",
        methods=[door.shown(one, whole=whole, allowed=allowed) for one in ordered(door, own)],
        default=door.option(default) if default else None,
        ends_at=ends_for(options, policy, at=at),
        signals=_signals(actor, room.catalogue),
        has_choice=sum(option.traits.can_be_default for option in options) > 1,
        can_add=bool(choices_of(door, actor, held, at=at)),
        app_passwords=await app_passwords.shown(door, actor, request),
        password_changed_at=password.changed_at if password else None,
        done=done if done_kind or done in DONE else None,
        done_kind=done_kind,
        has_changed=what == CHANGED,
        fresh=request.query_params.get("fresh"),
        told=told_at(room.notifier, user),
        devices=await devices.ledger(door, request, actor),
        sessions=await sessions.ledger(door, request, actor),
        stand_in=folder_of(room.catalogue.stand_in.kind) if room.catalogue.stand_in else None,
        stood_in=stood_in(door, actor),
        codes_left=codes_left(room.catalogue, policy, held, at=at),
        held=account.changes_held_at is not None,
        calls=await _calls(door, request, actor),
        activity=await door.activity.of_user(user.id, most=RECENT),
        kinds=door.ports.room.catalogue.kinds,
    )


def _signals(actor: Actor, catalogue: Catalogue) -> list[str]:
    """Return what the browser should know of the methods that it answers for the actor."""
    return [
        method.signals(actor.person.user, [one for one in actor.held if one.kind == kind])
        for kind, method in catalogue.browser.items()
    ]


async def not_me(door: Door, request: Request, actor: Actor) -> Response:
    """Take the report of somebody who sees a change that is not theirs."""
    await read_form(request)
    await report_in_session(door.ports, actor, at=context_of(request.scope).at)
    return see_other("/not-me/done")


async def _calls(door: Door, request: Request, actor: Actor) -> list[Mapping[str, str]]:
    """Return the codes that agents of the help desk read out now, with their names."""
    at, found = context_of(request.scope).at, list[Mapping[str, str]]()
    for check in await door.sign_in.caller_checks.open_for(actor.person.user.id, at=at):
        agent = await door.ports.people.by_id(UserId(check.agent_id))
        found.append({"code": check.code, "agent": agent.user.display_name if agent else ""})
    return found


def ordered(door: Door, held: Sequence[RegisteredMethod]) -> list[RegisteredMethod]:
    """Return the methods in the order in which their slots are offered."""
    slots = list(door.ports.room.catalogue.slots)
    return sorted(held, key=lambda one: slots.index(one.slot))
