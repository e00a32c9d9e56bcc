"""`/admin/tokens`: the stock of hardware tokens, who has each, and the way to give one.

What is done to a person stands below the address of that person, with the checks of such acts.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.dialogs import Asked, Dialog, Elsewhere
from proofup.admin.door import USERS, Door, able
from proofup.administration.oath_tokens import delete_token
from proofup.administration.planned import Planned
from proofup.administration.target import target_called, target_of
from proofup.directory.oath_tokens import OathToken, Stocked
from proofup.pages.methods.parts import typed_forms
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act, may_act_on_somebody
from proofup.policy.permissions import Permission
from proofup.values.errors import StaleError, UnknownUserError
from proofup.values.ids import MethodId

ADDRESS = "/admin/tokens"
ONE = f"{ADDRESS}/{{token:uuid}}"
TAKES = (Permission.READ_RULES, Permission.ADD_METHODS)
MOST = 50  # on a page
LONGEST = 128
FREE, ASSIGNED = "free", "assigned"
IS_FREE: Mapping[str, bool] = {FREE: True, ASSIGNED: False}


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the tokens by serial number: all, or those that begin so, that are free or not."""
    query = request.query_params
    wanted, state = query.get("q", "")[:LONGEST].strip(), query.get("state", "")
    after = query.get("after", "")[:LONGEST] or None
    found = await door.ports.tokens.page(
        begins=wanted, free=IS_FREE.get(state), after=after, most=MOST + 1
    )
    asked = [(name, value) for name, value in (("q", wanted), ("state", state)) if value]
    last = found[MOST - 1].token.serial_number if len(found) > MOST else None
    return door.page(
        request,
        actor,
        "admin/tokens.html",
        tokens=found[:MOST],
        wanted=wanted,
        state=state,
        can_manage=may_act(actor, Permission.SET_RULES),
        is_first=after is None,
        start=f"?{urlencode(asked)}" if asked else "",
        following=f"?{urlencode([*asked, ('after', last)])}" if last else None,
    )


async def show_one(door: Door, request: Request, actor: Actor) -> Response:
    """Show one token; with a user name in the address, go on to giving it to that person."""
    stocked = await token_in(door, request)
    named = request.query_params.get("user", "")[:LONGEST].strip()
    if named and stocked.holder is None:
        try:
            target = await target_called(door.ports, named, at=context_of(request.scope).at)
        except UnknownUserError:
            return await _page(door, request, actor, stocked, named=named)
        return see_other(_giving(door, target.person.user.id, stocked.token))
    return await _page(door, request, actor, stocked)


async def token_in(door: Door, request: Request) -> Stocked:
    """Return the token that the address names."""
    found = await door.ports.tokens.by_id(MethodId(str(request.path_params["token"])))
    if found is None:
        raise HTTPException(404)
    return found


def _giving(door: Door, user_id: str, token: OathToken) -> str:
    """Return the page of the person on which the token is given, with its number filled in."""
    method = door.ports.room.catalogue.token_method
    (form,) = typed_forms([method.kind]).values()
    number = urlencode({method.serial_field: token.serial_number})
    return f"{USERS}/{user_id}/add/{form.page.choice}?{number}"


async def _page(
    door: Door, request: Request, actor: Actor, stocked: Stocked, *, named: str | None = None
) -> Response:
    facts: dict[str, Any] = {"holder": None, "held": None, "can": frozenset(), "is_active": False}
    if stocked.holder is not None:
        at = context_of(request.scope).at
        target = await target_of(door.ports, stocked.holder, at=at)
        held = next((one for one in target.held if one.id == stocked.token.id), None)
        facts |= {"holder": target.person.user, "held": held, "can": able(actor, target)}
        catalogue = door.ports.room.catalogue
        facts["is_active"] = held is not None and catalogue.of(held).available(held, at=at)
    return door.page(
        request,
        actor,
        "admin/token.html",
        status=200 if named is None else 400,
        token=stocked.token,
        named=named or "",
        problem=None if named is None else "who",
        can_manage=may_act(actor, Permission.SET_RULES),
        can_give=may_act_on_somebody(actor, Permission.ADD_METHODS),
        **facts,
    )


async def _about(asked: Asked) -> Mapping[str, Any]:
    stocked = await token_in(asked.door, asked.request)
    back = f"{ADDRESS}/{stocked.token.id}"
    if stocked.holder is not None:
        raise Elsewhere(back)
    return {"token": stocked.token, "back": back}


async def _delete(asked: Asked) -> Planned[OathToken]:
    stocked = await token_in(asked.door, asked.request)
    if stocked.holder is not None:
        raise StaleError
    return delete_token(asked.actor, stocked.token, at=asked.at)


DELETE = Dialog(
    permission=Permission.SET_RULES,
    template="admin/token_delete.html",
    about=_about,
    plan=_delete,
    then=lambda _, __: f"{ADDRESS}?done",
)
