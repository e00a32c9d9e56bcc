"""What the pages of the portal share: their parts, who is asking, and what refusals look like."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from proofup.audit.entry import Activity
from proofup.authentication.admission import Admitted, Need, admit
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.ports import Ports as SignInPorts
from proofup.directory.passwords import Passwords
from proofup.methods.catalogue import Option
from proofup.methods.declaration import Who
from proofup.methods.registered_methods import RegisteredMethod
from proofup.pages.cookies import Cookie, Cookies
from proofup.pages.errors import Problems
from proofup.pages.methods.parts import TypedForm, folder_of, typed_forms
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import PROVING_UP, SECURITY_INFO, Pages
from proofup.pages.returns import see_other, to_sign_in, to_verify
from proofup.policy.proofs import NotFreshError
from proofup.registration.guard import sees_numbers
from proofup.registration.ports import (
    Actor,
    ChangesHeldError,
    NotInvitedError,
    Ports,
)
from proofup.registration.rename import can_be_renamed
from proofup.values.errors import RevokedError
from proofup.values.ids import SessionId, token_digest
from proofup.values.ways import Way
from proofup.values.words import marked

HOME = SECURITY_INFO


class Door(Struct, frozen=True, kw_only=True):
    """The parts that the pages are made with; ``caller`` is the number that calls come from."""

    ports: Ports
    sign_in: SignInPorts
    activity: Activity
    passwords: Passwords
    pages: Pages
    problems: Problems
    cookies: Cookies
    caller: str | None = None

    @property
    def forms(self) -> dict[str, TypedForm]:
        """The pages on which methods are typed, by slot."""
        return typed_forms(self.ports.room.catalogue.by_kind)

    def sees_numbers(self, actor: Actor, request: Request) -> bool:
        """Tell whether the actor's proof is fresh enough to be shown whole numbers."""
        return sees_numbers(self.ports, actor, at=context_of(request.scope).at)

    def shown(
        self, method: RegisteredMethod, *, whole: bool, allowed: frozenset[Way] | None = None
    ) -> dict[str, object]:
        """Return what a page says of a method to its owner, its number ``whole`` or masked.

        ``allowed`` are the ways that may be used now; without it, all that are served.
        """
        room = self.ports.room
        description = room.catalogue.describe(method)
        slot, number = room.catalogue.slots[description.slot], description.number
        full = replace(number, extension=None).readable if number else description.full
        usable = room.served if allowed is None else allowed
        return {
            "id": method.id,
            "kind": description.kind,
            "slot": description.slot,
            "is_lasting": room.catalogue.of(method).declaration.lasting,
            "folder": folder_of(description.kind),
            "page": self.forms[slot.name].page.path if slot.name in self.forms else None,
            "is_apart": slot.apart,
            "can_rename": can_be_renamed(room.catalogue, method),
            "can_delete": Who.PERSON in room.catalogue.declaration(method).deleted_by,
            "ways": [way for way in room.catalogue.of(method).ways(method) if way in usable],
            "extension": number.extension if number and whole else None,
            "full": full if whole else description.masked,
            "is_masked": not whole and description.full != description.masked,
            "ends_at": description.ends_at,
            "facts": description.facts,
            "last_used_at": method.last_used_at,
            "created_at": method.created_at,
        }

    def not_invited(self, request: Request) -> Response:
        """Answer where a first method takes an invitation that was not opened in this browser."""
        return self.problems.problem(
            request,
            status=403,
            title=marked("You need an invitation for this"),
            what_to_do=marked(
                "A first sign-in method is added only by who opened the link of an invitation in "
                "this browser. Open the link you were given, or ask the help desk for one."
            ),
            number=53010,
            name="ProofUpBlockedDueToSecurityInfoAcr",
        )

    def invitation_of(self, request: Request) -> bytes | None:
        """Return the digest of the invitation that was opened in this browser, if any."""
        token = self.cookies.read(request, Cookie.INVITATION)
        return token_digest(token) if token else None

    def option(self, option: Option) -> dict[str, str]:
        """Return what a page says of a way to answer."""
        held = option.methods[0]
        description = self.ports.room.catalogue.describe(held)
        return {"kind": held.kind, "way": option.way, "masked": description.masked}


class InSession(Actor, frozen=True, kw_only=True):
    """An actor whose sign-in has ended; ``admitted`` is the session that came of it."""

    admitted: Admitted


Page: TypeAlias = Callable[[Door, Request, Actor], Awaitable[Response]]
SessionPage: TypeAlias = Callable[[Door, Request, InSession], Awaitable[Response]]


def signed_in(
    page: SessionPage, need: Need = Need.PROVEN
) -> Callable[[Door, Request], Awaitable[Response]]:
    """Return ``page`` behind a session of which it asks ``need``; it is told who asks."""

    async def behind(door: Door, request: Request) -> Response:
        return await _in_session(door, request, page, need)

    return behind


def proving_up_or_signed_in(page: Page) -> Callable[[Door, Request], Awaitable[Response]]:
    """Return ``page`` for whoever sets their methods right in a sign-in too, before it ends."""

    async def behind(door: Door, request: Request) -> Response:
        on_the_way = await _proving_up(door, request)
        if on_the_way is not None:
            return await _answer(door, request, on_the_way, page(door, request, on_the_way))
        return await _in_session(door, request, page, Need.PROVEN)

    return behind


async def _in_session(door: Door, request: Request, page: SessionPage, need: Need) -> Response:
    context, here = context_of(request.scope), request.url.path
    here += f"?{request.url.query}" if request.url.query else ""
    target = here if request.method == "GET" else HOME
    token = context.session_token
    found = await admit(door.sign_in, token, need, at=context.at) if token else None
    if found is None:
        return to_sign_in(target)
    session = found.session
    remember(request.scope, person=found.person.user, correlation_id=session.correlation_id)
    if found.proof_due:
        return to_verify(target)
    actor = _actor(door, found, request)
    return await _answer(door, request, actor, page(door, request, actor))


async def _answer(
    door: Door, request: Request, actor: Actor, answer: Awaitable[Response]
) -> Response:
    try:
        return await answer
    except NotFreshError:
        # A form that was posted is asked for again after the proof; a page of a change in
        # progress keeps what was typed and names itself instead.
        return see_other("/signin") if actor.signing_in else to_verify(request.url.path)
    except ChangesHeldError:
        return door.pages.render(request, "portal/held.html", status=403)
    except NotInvitedError:
        return door.not_invited(request)
    except RevokedError:
        return to_sign_in(HOME)


async def _proving_up(door: Door, request: Request) -> Actor | None:
    """Return who sets their methods right in a sign-in of this browser, before any session."""
    context = context_of(request.scope)
    if context.transaction_token is None:
        return None
    here = await stand(
        door.sign_in, context.transaction_token, language=context.language, at=context.at
    )
    actor = actor_in(door, request, here)
    if actor is not None:
        remember(
            request.scope,
            person=actor.person.user,
            correlation_id=actor.correlation_id,
            is_proving_up=True,
            steps=steps_of(here),
        )
    return actor


def actor_in(door: Door, request: Request, here: Standing) -> Actor | None:
    """Return who sets their methods right in the sign-in that stands ``here``, if that is due."""
    sign_in, subscriber, context = here.sign_in, here.subscriber, context_of(request.scope)
    if here.step is not Step.PROOF_UP or sign_in is None or subscriber is None:
        return None
    return Actor(
        id=subscriber.person.user.id,
        subscriber=subscriber,
        session_id=SessionId(sign_in.id),
        signing_in=True,
        epoch=sign_in.epoch,
        proofs=sign_in.proofs,
        correlation_id=sign_in.correlation_id,
        client=context.client,
        language=context.language,
        invitation=door.invitation_of(request),
    )


def steps_of(here: Standing) -> tuple[int, int] | None:
    """Return how many of the methods asked for there are, and how many those are together."""
    decision = here.decision
    if decision is None or not decision.missing:
        return None
    return decision.good, decision.good + decision.missing


def home_of(actor: Actor) -> str:
    """Return where the actor's changes begin and end."""
    return PROVING_UP if actor.signing_in else HOME


def _actor(door: Door, found: Admitted, request: Request) -> InSession:
    session, context = found.session, context_of(request.scope)
    return InSession(
        id=found.person.user.id,
        subscriber=found.subscriber,
        admitted=found,
        session_id=session.id,
        epoch=session.epoch,
        proofs=session.proofs,
        correlation_id=session.correlation_id,
        client=context.client,
        language=context.language,
        invitation=door.invitation_of(request),
        browser_id=session.browser_id,
    )
