"""What the pages of the admin centre share: their parts, who is asking, and who gets in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.ports import Ports
from proofup.audit.entry import Activity
from proofup.audit.log import Log
from proofup.authentication.admission import Admitted, Need, admit
from proofup.authentication.ports import Ports as SignInPorts
from proofup.challenges.receipts import Receipts
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import ADMIN, SECURITY_INFO, Pages
from proofup.pages.returns import see_other, to_sign_in, to_verify
from proofup.policy.actor import Actor
from proofup.policy.callers import CallerUnprovenError
from proofup.policy.may_act import may_act, may_act_on_somebody
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import permissions_of
from proofup.policy.rule_choices import ACTS
from proofup.policy.target import Target
from proofup.values.errors import RevokedError

USERS = "/admin/users"
APPROVALS = "/admin/approvals"


class Door(Struct, frozen=True, kw_only=True):
    """The parts that the pages are made with."""

    ports: Ports
    sign_in: SignInPorts
    activity: Activity
    receipts: Receipts
    log: Log
    pages: Pages

    def page(
        self, request: Request, actor: Actor, name: str, *, status: int = 200, **facts: Any
    ) -> Response:
        """Return a page of the admin centre, whose menu leads where ``actor`` may go."""
        shown = {**menu_of(actor), "is_done": request.query_params.get("done") is not None}
        return self.pages.render(request, name, status=status, **shown, **facts)


def menu_of(actor: Actor) -> Mapping[str, Any]:
    """Return what ``actor`` may do for everybody, and what other pages of the menu are open."""
    opens = frozenset(one for one in Permission if may_act(actor, one))
    reaches = frozenset(one for one in Permission if may_act_on_somebody(actor, one))
    return {
        "opens": opens,
        "invites": bool(reaches & {Permission.INVITE, Permission.INVITE_GUESTS}),
        "has_jobs": Permission.READ_AUDIT_LOG in opens
        or any(one.permission in reaches for one in BULK_ACTS.values()),
        "sees_tokens": bool(reaches & {Permission.READ_RULES, Permission.ADD_METHODS}),
        "approves": any(Permission(one) in reaches for one in ACTS),
    }


Page: TypeAlias = Callable[[Door, Request, Actor], Awaitable[Response]]


class Guarded(Struct, frozen=True):
    """A page behind the guard of the admin centre; ``takes`` are permissions, of which one is due.

    The guard asks whether the reader may do this to anybody at all. Whether to this person, and
    whether the proof is fresh enough, is for the act. A page that ``browses`` is about people, and
    also takes the permission to find them.
    """

    page: Page
    takes: frozenset[Permission]
    browses: bool = True

    async def answer(self, door: Door, request: Request) -> Response:
        """Answer with the page; for everybody without the permission there is none.

        The second proof must have been given in this session: a remembered browser is not enough.
        """
        context, here = context_of(request.scope), _address(request)
        token = context.session_token
        found = await admit(door.sign_in, token, Need.PROVEN, at=context.at) if token else None
        if found is None:
            return to_sign_in(here)
        actor = await _actor(door, found, request)
        if not self._is_open_to(actor):
            raise HTTPException(404)
        if found.proof_due:
            return to_verify(here)
        if actor.proofs.second_at is None:  # there is no method yet that could prove anything
            return see_other(SECURITY_INFO)
        return await self._opened(door, request, actor)

    async def _opened(self, door: Door, request: Request, actor: Actor) -> Response:
        try:
            return await self.page(door, request, actor)
        except NotFreshError:
            return to_verify(_address(request))
        except RevokedError:
            return to_sign_in(ADMIN)
        except CallerUnprovenError:
            return _to_check(request)

    def _is_open_to(self, actor: Actor) -> bool:
        if self.browses and not may_act(actor, Permission.READ_USERS):
            return False
        return any(may_act_on_somebody(actor, one) for one in self.takes)


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


def _to_check(request: Request) -> Response:
    """Go to the check of who is calling, and from there to the act that takes it."""
    person = f"{USERS}/{request.path_params['user']}"
    wanted = request.url.path.removeprefix(f"{person}/")
    return see_other(f"{person}/caller?{urlencode({'for': wanted})}")


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
