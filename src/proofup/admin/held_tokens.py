"""Acts on the hardware token of a person: a code activates it, and it is stopped until then."""

from collections.abc import Mapping
from typing import Any

from proofup.admin.acting import Case, Deed
from proofup.admin.person import shown
from proofup.administration.oath_tokens import (
    TokenNotGivenError,
    UnknownTokenError,
    activate_token,
    deactivate_token,
)
from proofup.administration.planned import Planned
from proofup.methods.protocol import Description
from proofup.pages.forms import LONGEST_CODE
from proofup.policy.permissions import Permission
from proofup.values.errors import InvalidInputError, UnknownUserError
from proofup.values.ids import MethodId


def _token(case: Case) -> Mapping[str, Any]:
    """Return the token that the address names. Raises UnknownUserError, as of anything unknown."""
    named = case.request.path_params["token"]
    held = next((one for one in case.target.held if one.id == str(named)), None)
    if held is None:
        raise UnknownUserError
    return {"going": shown(case.door, held)}


def _id(case: Case) -> MethodId:
    return MethodId(str(case.request.path_params["token"]))


async def _deactivate(case: Case) -> Planned[Description]:
    try:
        return deactivate_token(case.door.ports, case.actor, case.target, _id(case), at=case.at)
    except UnknownTokenError as error:
        raise UnknownUserError from error


async def _activate(case: Case) -> Planned[Description]:
    code = case.form.optional("code", longest=LONGEST_CODE) or ""
    try:
        return activate_token(
            case.door.ports, case.actor, case.target, _id(case), code=code, at=case.at
        )
    except UnknownTokenError as error:
        raise UnknownUserError from error
    except TokenNotGivenError as error:
        raise InvalidInputError("code") from error


DEACTIVATE = Deed(
    permission=Permission.RESET_METHODS,
    template="admin/token_deactivate.html",
    plan=_deactivate,
    before=_token,
    after=lambda case, _: _token(case),
)
ACTIVATE = Deed(
    permission=Permission.ADD_METHODS,
    template="admin/token_activate.html",
    plan=_activate,
    before=_token,
    after=lambda case, _: _token(case),
)
