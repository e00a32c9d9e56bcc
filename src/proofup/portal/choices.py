"""What a person may add now: a kind of method, or one use of a kind that has several."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.abilities import NamedMethod
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.pages.methods.parts import pages_of
from proofup.pages.page_context import context_of
from proofup.portal.door import Door
from proofup.registration.ports import Actor
from proofup.registration.propose import slots_of

DISPLAY_NAME = "displayName"  # Graph's word, in the fields of a method as well
LONGEST_DISPLAY_NAME = 256  # letters that are read; the method refuses above its own bound


class Choice(Struct, frozen=True, kw_only=True):
    """One row of the page that adds a method.

    ``choice`` is its word in the form. It leads to ``path``, the page on which it is typed; without
    one it is begun at once. What ``is_named`` is given a name by its owner, on the same page.
    """

    choice: str
    kind: MethodKind
    slot: str
    path: str | None = None
    is_named: bool = False


def choices_of(
    door: Door, actor: Actor, held: Sequence[RegisteredMethod], *, at: datetime
) -> list[Choice]:
    """Return what the actor may add."""
    room = door.ports.room
    allowed = actor.policy.allowed(room.served, at=at)
    free = {*slots_of(door.ports, actor, held, allowed)}
    return [
        choice
        for choice in choices_there_are(door)
        if free & ({choice.slot} if choice.path else _slots(door, choice.kind))
    ]


def choices_there_are(door: Door) -> list[Choice]:
    """Return everything that somebody could add, in the order in which methods are offered."""
    kinds = door.ports.room.catalogue.registrable
    return [choice for kind in kinds for choice in _choices_of_kind(door, kind)]


def _choices_of_kind(door: Door, kind: MethodKind) -> list[Choice]:
    pages = pages_of(kind)
    if pages.forms:
        return [
            Choice(choice=page.choice, kind=kind, slot=page.slot, path=page.path)
            for page in pages.forms
        ]
    first = door.ports.room.catalogue.by_kind[kind].declaration.slots[0].name
    is_named = isinstance(door.ports.room.catalogue.by_kind[kind], NamedMethod)
    return [Choice(choice=kind, kind=kind, slot=first, is_named=is_named)]


def _slots(door: Door, kind: MethodKind) -> set[str]:
    declared = door.ports.room.catalogue.by_kind[kind].declaration
    return {slot.name for slot in declared.slots}


def choices_page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    status: int = 200,
    reason: str | None = None,
    typed: dict[str, str] | None = None,
    chosen: str | None = None,
) -> Response:
    """Return the page that adds a method, with ``reason`` for what went wrong, if anything did."""
    room, held, at = door.ports.room, actor.held, context_of(request.scope).at
    return door.pages.render(
        request,
        "portal/add_method.html",
        status=status,
        methods=[door.shown(one, whole=False) for one in room.catalogue.lasting(held)],
        **choices_shown(door, actor, typed=typed, chosen=chosen, reason=reason, at=at),
    )


def choices_shown(
    door: Door,
    actor: Actor,
    *,
    typed: dict[str, str] | None = None,
    chosen: str | None = None,
    among: Sequence[MethodKind] = (),
    reason: str | None = None,
    at: datetime,
) -> dict[str, Any]:
    """Return what the form that chooses shows, wherever it stands; see portal/choices.html.

    With ``among`` these kinds alone are offered. What was ``chosen`` is ticked, else the first.
    """
    choices = choices_of(door, actor, actor.held, at=at)
    if among:
        choices = [one for one in choices if one.kind in among]
    return {
        "choices": choices,
        "chosen": chosen or next((one.choice for one in choices), None),
        "typed": {DISPLAY_NAME: "", **(typed or {})},
        "reason": reason,
    }
