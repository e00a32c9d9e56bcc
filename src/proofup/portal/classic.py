"""`/security-info/classic`: *Additional security verification*, the older view of the same methods.

Everything is chosen on one page and saved at once; what is new is verified before it counts. The
rules are those of Security info, for the flows are the same. Which methods are on the page, and
how, is told by their own pages.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from proofup.challenges.options import options_of
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.pages.forms import Form, read_form
from proofup.pages.methods.parts import Asking, Line, MethodPages, TypedFields, folder_of, pages_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.decision import is_demanded
from proofup.policy.devices import days_for
from proofup.policy.proofs import preferred
from proofup.policy.rules import Policy
from proofup.portal.app_passwords import shown
from proofup.portal.changes import address_of, send
from proofup.portal.devices import ledger
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor, UnusableWayError
from proofup.registration.recovery import codes_left
from proofup.registration.saving import (
    BadContactError,
    ContactNeededError,
    NoContactLeftError,
    Saved,
    Wanted,
    save,
    version_of,
)
from proofup.values.errors import StaleMethodError
from proofup.values.ways import Way

ADDRESS = f"{HOME}/classic"
DONE = frozenset({"saved", "nothing", "restored"})


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what is preferred and how the person responds; ``done`` says what was saved."""
    done = request.query_params.get("done")
    return await _page(door, request, actor, done=done if done in DONE else None)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Save: what can be done at once is done, and the first new number is asked."""
    form = await read_form(request)
    wanted = _wanted(door, form)
    at = context_of(request.scope).at
    version = form.text("version", longest=64)
    try:
        saved = await save(door.ports, actor, wanted, version=version, at=at)
    except StaleMethodError:
        return await _page(door, request, actor, reason="stale", status=409)
    except BadContactError as error:
        bad = (error.slot, error.reason)
        return await _page(
            door, request, actor, reason="contact", wanted=wanted, bad=bad, status=400
        )
    except ContactNeededError as error:
        return await _needed(door, request, actor, wanted, error.way)
    except NoContactLeftError:
        return await _page(door, request, actor, reason="none left", wanted=wanted, status=400)
    except UnusableWayError:
        return await _page(door, request, actor, reason="switched off", wanted=wanted, status=400)
    return await _saved(door, request, actor, saved)


async def _saved(door: Door, request: Request, actor: Actor, saved: Saved) -> Response:
    """Return the way on: to the first number's proof, or back with what was done."""
    if saved.first is None:
        was_changed = saved.removed or saved.default is not None
        return see_other(f"{ADDRESS}?done={'saved' if was_changed else 'nothing'}")
    if saved.removed:  # the session goes on under another epoch, which its next request brings
        return see_other(address_of(saved.first))
    return await send(door, request, actor, saved.first, address_of(saved.first))


async def _needed(door: Door, request: Request, actor: Actor, wanted: Wanted, way: Way) -> Response:
    """Ask for what the preferred option needs: here where it is typed, else on its own page."""
    slots = door.ports.room.catalogue.slots
    slot = next((slot for slot in _lines(door) if way in slots[slot].ways), None)
    held = actor.held
    is_held = any(way in slots[one.slot].ways for one in held)
    if slot is None and not is_held:
        return see_other(f"{HOME}/add")
    bad = (slot, "needed") if slot else None
    return await _page(door, request, actor, reason="needed", wanted=wanted, bad=bad, status=400)


def _on_this_page(door: Door) -> list[tuple[MethodKind, MethodPages]]:
    """Return the methods of the page in its order: first what is typed on it, then the others."""
    found = [(kind, pages_of(kind)) for kind in door.ports.room.catalogue.by_kind]
    return [
        *((kind, pages) for kind, pages in found if pages.lines),
        *((kind, pages) for kind, pages in found if pages.tick),
    ]


def _lines(door: Door) -> dict[str, tuple[Line, TypedFields]]:
    """Return the lines of the page, with the fields of each, by slot."""
    return {
        line.slot: (line, pages.fields)
        for _, pages in _on_this_page(door)
        if pages.fields is not None
        for line in pages.lines
    }


def _options(door: Door) -> list[Way]:
    """Return the drop-down as people know it, in Entra's order."""
    methods = _on_this_page(door)
    return [
        *(way for _, pages in methods if pages.lines for way in pages.preferred),
        *(way for _, pages in methods if not pages.lines for way in pages.preferred),
    ]


def _wanted(door: Door, form: Form) -> Wanted:
    chosen = form.optional("option", longest=32)
    lines = _lines(door)
    ways = door.ports.room.catalogue.ways
    return Wanted(
        default=next((way for way in _options(door) if way == chosen and way in ways), None),
        asked=frozenset(lines),
        typed={
            slot: fields.read_line(form, line.name)
            for slot, (line, fields) in lines.items()
            if form.optional(line.name, longest=8) is not None
        },
        dropped=frozenset(
            kind
            for kind, pages in _on_this_page(door)
            if pages.tick and form.optional(pages.tick, longest=8) is None
        ),
    )


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    done: str | None = None,
    reason: str | None = None,
    wanted: Wanted | None = None,
    bad: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Return the page as things are, or as ``wanted``, where a slot is ``bad`` for a reason."""
    room, account = door.ports.room, actor.person.account
    held = room.catalogue.lasting(actor.held)
    policy, at = actor.policy, context_of(request.scope).at
    options = options_of(room, held, actor.policy, at=at)
    default = preferred(options, account.default_way)
    chosen = wanted.default if wanted else default.way if default else None
    is_fresh = door.sees_numbers(actor, request)
    allowed, kinds = policy.allowed(room.served, at=at), room.catalogue.kinds
    view = _View(door, actor, held, policy, wanted, bad, is_fresh, at)
    return door.pages.render(
        request,
        "portal/classic.html",
        status=status,
        version=version_of(held, account),
        done=done,
        reason=reason,
        is_fresh=is_fresh,
        is_demanded=is_demanded(account, policy, at=at),
        has_methods=bool(held),
        only=held[0].kind if len(held) == 1 else None,
        codes_left=codes_left(room.catalogue, policy, actor.held, at=at),
        options=[
            {
                "way": way,
                "kind": kinds.get(way),
                "is_on": way in allowed,
                "is_chosen": way == chosen,
            }
            for way in _options(door)
        ],
        sections=[view.section(kind, pages) for kind, pages in _on_this_page(door)],
        app_passwords_open=(await shown(door, actor, request))["is_open"],
        devices=await ledger(door, request, actor),
        remember_days=days_for(actor.person.user, policy),
    )


class _View(NamedTuple):
    """What the sections of one page are made of."""

    door: Door
    actor: Actor
    held: Sequence[RegisteredMethod]
    policy: Policy
    wanted: Wanted | None
    bad: tuple[str, str] | None
    is_fresh: bool
    at: datetime

    def section(self, kind: MethodKind, pages: MethodPages) -> dict[str, Any]:
        """Return what the method's own part of the page shows."""
        known = {"kind": kind, "folder": folder_of(kind)}
        if pages.fields is None:
            return {**known, **self._ticked(kind, pages)}
        lines = [self._line(line, pages.fields) for line in pages.lines]
        return {**known, "lines": lines, **pages.fields.choices(self.actor.language)}

    def _ticked(self, kind: MethodKind, pages: MethodPages) -> Mapping[str, Any]:
        methods = [self.door.shown(one, whole=True) for one in self.held if one.kind == kind]
        stays = kind not in self.wanted.dropped if self.wanted else bool(methods)
        can_add = any(self.policy.allows(way, at=self.at) for way in pages.preferred)
        return {"methods": methods, "is_ticked": stays, "can_add": can_add}

    def _line(self, line: Line, fields: TypedFields) -> Mapping[str, Any]:
        """Return a line: as typed, as it is, or unticked with what the directory knows."""
        room, slot, wanted = self.door.ports.room, line.slot, self.wanted
        present = next((method for method in self.held if method.slot == slot), None)
        ways = [way for way in room.catalogue.slots[slot].ways if way in room.served]
        typed = wanted.typed.get(slot) if wanted else None
        asking = Asking(
            user=self.actor.person.user,
            slot=slot,
            present=room.catalogue.describe(present) if present else None,
            own=[room.catalogue.describe(one) for one in self.held],
            default_region=self.door.ports.organisation.default_region,
            ways=ways,
        )
        return {
            **fields.shown_line(asking, typed, whole=self.is_fresh),
            "slot": slot,
            "name": line.name,
            "is_on": any(self.policy.allows(way, at=self.at) for way in ways),
            "is_ticked": typed is not None or (wanted is None and present is not None),
            "problem": self.bad[1] if self.bad and self.bad[0] == slot else None,
        }
