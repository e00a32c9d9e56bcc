"""The addresses of this door. Each act names the permission that it takes."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.admin import clearing, closing, giving, logs, mfa, people, person
from proofup.admin.acting import Deed
from proofup.admin.door import Door, Page, for_administrators
from proofup.administration.block_proofs import InvalidBlockError
from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.finding_roles import UnknownRoleError, UnknownUnitError
from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.job import JobEndedError
from proofup.administration.reason import InvalidReasonError
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.pages.pages import ADMIN
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.proofs import NotFreshError
from proofup.values.errors import InvalidInputError, InvalidNameError, NameTakenError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

OWN_ANSWERS = frozenset(
    {
        CountryNotServedError,
        InvalidBlockError,
        InvalidInputError,
        InvalidNameError,
        InvalidReasonError,
        JobEndedError,
        NameTakenError,
        MethodNotIssuedError,
        NotFreshError,
        UnacceptablePasswordError,
        UnknownMethodError,
        UnknownRoleError,
        UnknownUnitError,
    }
)


def mounted(door: Door, dialect: Dialect) -> Mount:
    """Return the admin centre, made with ``door``."""
    return Mount(
        paths=frozenset({ADMIN}), dialect=dialect, routes=_routes(door), own_answers=OWN_ANSWERS
    )


def _routes(door: Door) -> list[Route]:
    def get(path: str, page: Page) -> Route:
        return Route(path, partial(for_administrators(page), door), methods=["GET"])

    def post(path: str, page: Page) -> Route:
        return Route(path, partial(for_administrators(page), door), methods=["POST"])

    def act(path: str, deed: Deed[Any]) -> list[Route]:
        show, submit = for_administrators(deed.show), for_administrators(deed.submit)
        address = f"{person.ADDRESS}/{path}"
        return [
            Route(address, partial(show, door), methods=["GET"]),
            Route(address, partial(submit, door), methods=["POST"]),
        ]

    return [
        get(ADMIN, _to_people),
        get(people.ADDRESS, people.show),
        get(logs.ADDRESS, logs.show),
        get(logs.EXPORT, logs.to_list),
        post(logs.EXPORT, logs.export),
        get(mfa.ADDRESS, mfa.show),
        post(mfa.ADDRESS, mfa.confirm),
        get(mfa.APPLY, mfa.to_list),
        post(mfa.APPLY, mfa.apply),
        get(person.ADDRESS, person.show),
        *act("lost-device", clearing.LOST_DEVICE),
        *act("require-registration", clearing.REQUIRE_REGISTRATION),
        *act("methods/{method:uuid}/delete", clearing.DELETE_METHOD),
        *act("revoke-sessions", closing.REVOKE_SESSIONS),
        *act("forget-browsers", closing.FORGET_BROWSERS),
        *act("reset-password", closing.RESET_PASSWORD),
        *act("block", closing.BLOCK),
        *act("unblock", closing.UNBLOCK),
        *act("release", closing.RELEASE),
        *act("enable", closing.ENABLE),
        *act("disable", closing.DISABLE),
        *act("add/{slot}", giving.ADD_METHOD),
        *act("issue/{kind}", giving.ISSUE_METHOD),
        *act("default", giving.DEFAULT_METHOD),
    ]


async def _to_people(_: Door, __: Request, ___: Actor) -> Response:
    return see_other(people.ADDRESS)
