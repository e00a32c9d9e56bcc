"""Acts that take away what somebody has registered."""

from collections.abc import Mapping, Sequence
from typing import Any

from proofup.admin.acting import Case, Deed
from proofup.admin.person import issued_to, shown
from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.administration.delete_method import UnknownMethodError, delete_method
from proofup.administration.lost_device import DeviceLost, lost_device
from proofup.administration.planned import Planned
from proofup.administration.reset_methods import MethodsCleared, reset_methods
from proofup.methods.protocol import Description
from proofup.policy.permissions import Permission
from proofup.values.errors import UnknownUserError
from proofup.values.ids import MethodId

ALSO = "also."  # before the id of a method that is to go as well


def _also(case: Case) -> list[MethodId]:
    names = (name for name in case.form.fields if name.startswith(ALSO))
    return [MethodId(name.removeprefix(ALSO)) for name in names]


async def _lose(case: Case) -> Planned[DeviceLost]:
    return await lost_device(
        case.door.ports,
        case.actor,
        case.target,
        case.reason,
        also=_also(case),
        sessions=len(case.sessions),
        at=case.at,
    )


def _lost(case: Case, _: DeviceLost) -> Mapping[str, Any]:
    return {
        "also": _also(case),
        "issued": issued_to(case.door, case.actor, case.target, at=case.at),
    }


async def _reset(case: Case) -> Planned[MethodsCleared]:
    return reset_methods(case.door.ports, case.actor, case.target, case.reason, at=case.at)


def _going(case: Case) -> Mapping[str, Any]:
    """Return the method that the address names. Raises UnknownUserError, as of anything unknown."""
    named = str(case.request.path_params["method"])
    going = [one for one in case.target.held if one.id == named]
    if not going:
        raise UnknownUserError
    return {"going": shown(case.door, going[0])}


async def _delete(case: Case) -> Planned[Description]:
    named = MethodId(str(case.request.path_params["method"]))
    try:
        return delete_method(case.door.ports, case.actor, case.target, named, at=case.at)
    except UnknownMethodError as error:
        raise UnknownUserError from error


async def _delete_app_passwords(case: Case) -> Planned[Sequence[str]]:
    return await delete_app_passwords(case.door.ports, case.actor, case.target, at=case.at)


DELETE_APP_PASSWORDS = Deed(
    permission=Permission.DELETE_APP_PASSWORDS,
    template="admin/delete_app_passwords.html",
    plan=_delete_app_passwords,
)
LOST_DEVICE = Deed(
    permission=Permission.RESET_METHODS,
    template="admin/lost_device.html",
    plan=_lose,
    after=_lost,
)
REQUIRE_REGISTRATION = Deed(
    permission=Permission.RESET_METHODS,
    template="admin/require_registration.html",
    plan=_reset,
)
DELETE_METHOD = Deed(
    permission=Permission.DELETE_METHODS,
    template="admin/delete_method.html",
    plan=_delete,
    before=_going,
    after=lambda case, _: _going(case),
)
