"""An act on the organisation, as one page: it asks for what is needed and why, and then is done.

Where it cannot be done, the page comes again with what was typed and what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.administration.applications.assigning import UnknownAppRoleError
from proofup.administration.applications.credentials import (
    TooManyCredentialsError,
    UnknownCredentialError,
)
from proofup.administration.assign_role import EndsAlreadyError, NotForUnitsError
from proofup.administration.create_role import BadPermissionError
from proofup.administration.display_name import InvalidDisplayNameError
from proofup.administration.finding_roles import UnknownRoleError, UnknownUnitError
from proofup.administration.groups import UnknownGroupError
from proofup.administration.planned import Planned, carry_out
from proofup.administration.reason import InvalidReasonError, checked_reason
from proofup.administration.remove_role import RoleNotHeldError
from proofup.directory.roles import LastAdministratorError, NameInUseError, StillHeldError
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act_on_somebody
from proofup.policy.permissions import Permission
from proofup.tokens.redirects import InvalidRedirectError
from proofup.values.errors import (
    InvalidInputError,
    NameTakenError,
    NotPermittedError,
    ProofupError,
    StaleError,
    UnknownUserError,
)

T = TypeVar("T")
LONGEST = 400
PROBLEMS: Mapping[type[ProofupError], str] = {
    InvalidReasonError: "reason",
    InvalidDisplayNameError: "name",
    NameInUseError: "taken",
    NameTakenError: "taken",
    BadPermissionError: "permissions",
    UnknownUserError: "who",
    UnknownGroupError: "who",
    UnknownUnitError: "unit",
    NotForUnitsError: "noUnits",
    EndsAlreadyError: "until",
    LastAdministratorError: "last",
    StillHeldError: "held",
    StaleError: "stale",
    InvalidRedirectError: "address",
    TooManyCredentialsError: "tooMany",
    UnknownAppRoleError: "role",
    UnknownCredentialError: "stale",
}


class Elsewhere(Exception):  # noqa: N818 - it is no error
    """There is nothing to ask here; ``address`` is where to look instead."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Asked(Struct, frozen=True, kw_only=True):
    """What a dialog is asked with; ``form`` is empty on the first page."""

    door: Door
    request: Request
    actor: Actor
    form: Form = Form({})

    @property
    def at(self) -> datetime:
        """The instant of the request."""
        return context_of(self.request.scope).at

    def typed(self, name: str) -> str:
        """Return a field, or what the address holds of this name."""
        told = self.form.optional(name, longest=LONGEST)
        return (self.request.query_params.get(name, "")[:LONGEST] if told is None else told).strip()


class Dialog(Struct, Generic[T], frozen=True, kw_only=True):
    """One act: ``about`` gives what the page shows, and ``then`` where to go when it was done.

    That is an address, or a page that shows what no other page does.
    """

    permission: Permission
    template: str
    about: Callable[[Asked], Awaitable[Mapping[str, Any]]]
    plan: Callable[[Asked], Awaitable[Planned[T]]]
    then: Callable[[Asked, T], str | Response]

    async def show(self, door: Door, request: Request, actor: Actor) -> Response:
        """Ask for what is needed."""
        asked = Asked(door=door, request=request, actor=actor)
        self._check(actor)
        check_fresh(actor, self.permission, at=asked.at)
        return await self._page(asked)

    async def submit(self, door: Door, request: Request, actor: Actor) -> Response:
        """Do it, or say why not."""
        form = await read_form(request)
        self._check(actor)
        asked = Asked(door=door, request=request, actor=actor, form=form)
        try:
            reason = checked_reason(form.text("reason", longest=LONGEST))
            asked = replace(asked, actor=replace(actor, reason=reason))
            done = await carry_out(door.ports, await self.plan(asked))
        except tuple(PROBLEMS) as error:
            return await self._page(asked, problem=_problem(error))
        except RoleNotHeldError:
            return await self._page(asked, problem="stale")
        except InvalidInputError as error:
            return await self._page(asked, problem=error.reason)
        except (NotPermittedError, UnknownRoleError) as error:
            raise HTTPException(404) from error
        then = self.then(asked, done)
        return see_other(then) if isinstance(then, str) else then

    def _check(self, actor: Actor) -> None:
        if not may_act_on_somebody(actor, self.permission):
            raise HTTPException(404)

    async def _page(self, asked: Asked, *, problem: str | None = None) -> Response:
        try:
            about = await self.about(asked)
        except Elsewhere as elsewhere:
            return see_other(elsewhere.address)
        return asked.door.page(
            asked.request,
            asked.actor,
            self.template,
            status=400 if problem else 200,
            problem=problem,
            why=asked.typed("reason"),
            typed=asked.typed,
            **about,
        )


def _problem(error: ProofupError) -> str:
    """Return the word for an error of a class in PROBLEMS, or of one below it."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
