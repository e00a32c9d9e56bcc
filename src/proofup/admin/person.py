"""`/admin/users/{id}`: one person, what they hold, what is open, and what happened lately."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door, able
from proofup.administration.check_caller import latest_check
from proofup.administration.finding_roles import named_roles
from proofup.administration.forget_browsers import remembered
from proofup.administration.target import target_of
from proofup.authentication.own_sessions import own_sessions
from proofup.challenges.options import options_of
from proofup.challenges.receipts import followed
from proofup.directory.users import UserType
from proofup.methods.catalogue import Option
from proofup.methods.declaration import WhenReset, Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.pages.methods.parts import TypedForm, typed_forms
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import READING, Permission
from proofup.policy.proofs import preferred
from proofup.policy.target import Target
from proofup.values.ids import UserId

ADDRESS = "/admin/users/{user:uuid}"
RECENT = 20  # entries of what happened


async def target_in(door: Door, request: Request) -> Target:
    """Return whom the address names. Raises UnknownUserError."""
    named = UserId(str(request.path_params["user"]))
    return await target_of(door.ports, named, at=context_of(request.scope).at)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the profile, and apart from it what is private."""
    target, at = await target_in(door, request), context_of(request.scope).at
    activity = await door.activity.of_user(target.person.user.id, most=RECENT)
    user, account = target.person.user, target.person.account
    options = options_of(door.ports.room, target.held, target.policy, at=at)
    default = preferred(options, account.default_way)
    return door.page(
        request,
        actor,
        "admin/person.html",
        user=user,
        account=account,
        can=able(actor, target),
        reading=READING,
        is_self=user.id == actor.id,
        check=await latest_check(door.ports, actor, target, at=at),
        roles=[
            f"{one.name} ({one.unit})" if one.unit else one.name
            for one in await named_roles(door.ports, target.roles)
        ],
        methods=methods_for(door, actor, target),
        issued=issued_to(door, actor, target, at=at),
        slots=[
            {"kind": form.kind, "name": form.page.slot, "page": form.page.choice}
            for form in open_forms(door, target)
        ],
        choices=sum(one.traits.can_be_default for one in options),
        default=option(door, default) if default else None,
        sessions=await own_sessions(door.sign_in, target.person, at=at),
        devices=await remembered(door.ports, target, at=at),
        app_passwords=await door.ports.app_passwords.of_user(user.id),
        activity=activity,
        receipts=await followed(door.receipts, activity),
        kinds=door.ports.room.catalogue.kinds,
    )


def methods_for(door: Door, actor: Actor, target: Target) -> list[Mapping[str, Any]]:
    """Return what ``actor`` may see of the methods that ``target`` holds."""
    if not may_act(actor, Permission.READ_METHODS, target):
        return []
    has_detail = may_act(actor, Permission.READ_METHOD_DETAILS, target)
    return [{**shown(door, one), "has_detail": has_detail} for one in target.held]


def shown(door: Door, method: RegisteredMethod) -> Mapping[str, Any]:
    """Return what a page says of a method to somebody else, always masked."""
    catalogue = door.ports.room.catalogue
    declaration = catalogue.declaration(method)
    return {
        **shown_as(door, catalogue.describe(method)),
        "id": method.id,
        "ways": [way for way in catalogue.of(method).ways(method) if way in door.ports.room.served],
        "can_delete": Who.ADMINISTRATOR in declaration.deleted_by,
        "goes": declaration.when_reset is WhenReset.DELETE,
        "is_deactivated": declaration.when_reset is WhenReset.DEACTIVATE,
        "is_lasting": declaration.lasting,
        "last_used_at": method.last_used_at,
        "created_at": method.created_at,
    }


def shown_as(door: Door, description: Description) -> Mapping[str, Any]:
    """Return what a page says of a method that is described, always masked."""
    room = door.ports.room
    slot = room.catalogue.slots[description.slot]
    return {
        "kind": description.kind,
        "slot": description.slot,
        "ways": [way for way in slot.ways if way in room.served],
        "extension": None,
        "full": description.masked,
        "has_detail": True,
        "facts": description.facts,
        "is_masked": description.full != description.masked,
    }


def option(door: Door, found: Option) -> Mapping[str, str]:
    """Return what a page says of a way in which somebody can answer."""
    held = found.methods[0]
    masked = door.ports.room.catalogue.describe(held).masked
    return {"kind": held.kind, "way": found.way, "masked": masked}


def open_forms(door: Door, target: Target) -> list[TypedForm]:
    """Return what can be typed for a slot that is free, where an administrator may."""
    catalogue, filled = door.ports.room.catalogue, {one.slot for one in target.held}
    return [
        form
        for form in typed_forms(catalogue.by_kind).values()
        if form.page.slot not in filled
        and Who.ADMINISTRATOR in catalogue.by_kind[form.kind].declaration.added_by
    ]


def issued_to(door: Door, actor: Actor, target: Target, *, at: datetime) -> list[MethodKind]:
    """Return the kinds of methods that ``actor`` may issue to ``target``."""
    if not may_act(actor, Permission.ISSUE_METHODS, target):
        return []
    is_guest = target.person.user.user_type is UserType.GUEST
    return [
        kind
        for kind, method in door.ports.room.catalogue.issued.items()
        if Who.ADMINISTRATOR in method.declaration.added_by
        and (method.declaration.for_guests or not is_guest)
        and any(target.policy.allows(traits.word, at=at) for traits in method.declaration.ways)
    ]
