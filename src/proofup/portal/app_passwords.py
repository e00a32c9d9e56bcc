"""`/security-info/app-passwords`: for programs that can ask for no second proof.

The page lists them, `new` makes one and shows it once, and `{id}/delete` deletes one.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.app_passwords import (
    LONGEST_NAME,
    AppPassword,
    in_groups,
)
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.app_passwords import (
    TOO_MANY,
    AppPasswordsOffError,
    check_may_make,
    delete,
    listed,
    make,
    may_make,
)
from proofup.registration.ports import Actor
from proofup.values.errors import InvalidInputError, StaleError
from proofup.values.ids import AppPasswordId

ADDRESS = f"{HOME}/app-passwords"
NEW = f"{ADDRESS}/new"
DELETED = "deleted"


async def shown(door: Door, actor: Actor, request: Request) -> dict[str, object]:
    """Return what other pages say of them: how many, and whether there is a page to lead to."""
    count = len(await listed(door.ports, actor))
    is_open = may_make(door.ports, actor, at=context_of(request.scope).at)
    return {"count": count, "is_open": is_open or count > 0}


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """List them; where the rules allow none, it says so, and those that are there can go."""
    return await _list(door, request, actor)


async def ask_name(door: Door, request: Request, actor: Actor) -> Response:
    """Ask for the name of a new one."""
    found = await listed(door.ports, actor)
    try:
        check_may_make(door.ports, actor, found, at=context_of(request.scope).at)
    except AppPasswordsOffError:
        return see_other(ADDRESS)
    except InvalidInputError as error:
        return await _list(door, request, actor, reason=error.reason)
    return _name(door, request)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Make one and show it, this once."""
    form, at = await read_form(request), context_of(request.scope).at
    typed = form.text("name", longest=4 * LONGEST_NAME)
    try:
        made = await make(door.ports, actor, typed, at=at)
    except AppPasswordsOffError:
        return see_other(ADDRESS)
    except InvalidInputError as error:
        if error.reason == TOO_MANY:
            return await _list(door, request, actor, reason=error.reason)
        return _name(door, request, typed=typed, reason=error.reason)
    return door.pages.render(
        request,
        "portal/app_password_made.html",
        app_password=made.new.name,
        letters=in_groups(made.letters),
    )


async def ask_to_delete(door: Door, request: Request, actor: Actor) -> Response:
    """Say what deleting one breaks."""
    named = str(request.path_params["app_password"])
    going = next((one for one in await listed(door.ports, actor) if one.id == named), None)
    if going is None:
        return see_other(ADDRESS)
    return door.pages.render(request, "portal/delete_app_password.html", going=going)


async def delete_one(door: Door, request: Request, actor: Actor) -> Response:
    """Delete one for good; one that is gone is no error."""
    await read_form(request)
    named = AppPasswordId(str(request.path_params["app_password"]))
    try:
        await delete(door.ports, actor, named, at=context_of(request.scope).at)
    except StaleError:
        return see_other(ADDRESS)
    return see_other(f"{ADDRESS}?done={DELETED}")


async def _list(
    door: Door, request: Request, actor: Actor, *, reason: str | None = None
) -> Response:
    found: list[AppPassword] = list(await listed(door.ports, actor))
    return door.pages.render(
        request,
        "portal/app_passwords.html",
        status=400 if reason else 200,
        app_passwords=found,
        is_allowed=actor.policy.app_passwords,
        can_make=may_make(door.ports, actor, at=context_of(request.scope).at),
        reason=reason,
        done=request.query_params.get("done") == DELETED,
    )


def _name(door: Door, request: Request, *, typed: str = "", reason: str | None = None) -> Response:
    return door.pages.render(
        request,
        "portal/new_app_password.html",
        status=400 if reason else 200,
        typed=typed,
        longest=LONGEST_NAME,
        reason=reason,
    )
