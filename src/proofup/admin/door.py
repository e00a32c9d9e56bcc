"""What the pages of the admin centre share: their parts, who is asking, and who gets in."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.administration.ports import Ports
from proofup.audit.entry import Activity
from proofup.audit.log import Log
from proofup.authentication.admission import Admitted, Need, admit
from proofup.authentication.ports import Ports as SignInPorts
from proofup.directory.search import PeopleSearch
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import ADMIN, SECURITY_INFO, Pages
from proofup.pages.returns import see_other, to_sign_in, to_verify
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import permissions_of
from proofup.policy.target import Target
from proofup.values.errors import RevokedError

LOGS = (Permission.READ_AUDIT_LOG, Permission.READ_SIGN_INS)


class Door(Struct, frozen=True, kw_only=True):
    """The parts that the pages are made with."""

    ports: Ports
    sign_in: SignInPorts
    people: PeopleSearch
    activity: Activity
    log: Log
    pages: Pages

    def page(
        self, request: Request, actor: Actor, name: str, *, status: int = 200, **facts: Any
    ) -> Response:
        """Return a page of the admin centre, whose menu leads where ``actor`` may go."""
        reads_logs = any(may_act(actor, one) for one in LOGS)
        return self.pages.render(request, name, status=status, reads_logs=reads_logs, **facts)


Page: TypeAlias = Callable[[Door, Request, Actor], Awaitable[Response]]


def for_administrators(page: Page) -> Callable[[Door, Request], Awaitable[Response]]:
    """Return ``page`` for those whose roles let them find people; others find no page there.

    What they may do there is for the page. The second proof must have been given in this session:
    a remembered browser is not enough.
    """

    async def behind(door: Door, request: Request) -> Response:
        context, here = context_of(request.scope), _address(request)
        token = context.session_token
        found = await admit(door.sign_in, token, Need.PROVEN, at=context.at) if token else None
        if found is None:
            return to_sign_in(here)
        actor = await _actor(door, found, request)
        if not may_act(actor, Permission.READ_USERS):
            raise HTTPException(404)
        if found.proof_due:
            return to_verify(here)
        if actor.proofs.second_at is None:  # there is no method yet that could prove anything
            return see_other(SECURITY_INFO)
        try:
            return await page(door, request, actor)
        except NotFreshError:
            return to_verify(here)
        except RevokedError:
            return to_sign_in(ADMIN)

    return behind


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether a role of ``actor`` gives ``permission``, whomever it is for."""
    return any(permission in permissions_of(one) for one in actor.roles)


def able(actor: Actor, target: Target) -> frozenset[Permission]:
    """Return what ``actor`` may do to ``target``."""
    return frozenset(one for one in Permission if may_act(actor, one, target))


def _address(request: Request) -> str:
    """Return where a page can be opened again; a form that was posted is not sent twice."""
    if request.method != "GET":
        return request.url.path
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


async def _actor(door: Door, found: Admitted, request: Request) -> Actor:
    """Return whoever is signed in, with the roles that they hold now."""
    context, session, user = context_of(request.scope), found.session, found.person.user
    remember(request.scope, person=user, correlation_id=session.correlation_id)
    return Actor(
        id=user.id,
        roles=await door.ports.roles.of_user(user.id, at=context.at),
        epoch=session.epoch,
        proofs=session.proofs,
        correlation_id=session.correlation_id,
        client=context.client,
        language=context.language,
    )
