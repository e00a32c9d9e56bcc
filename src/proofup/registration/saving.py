"""Saving several contacts at once, as the classic page does: each number is verified first.

New numbers become changes in progress, one after the other; if a number does not answer, the old
one stays. Deletions and the preferred option are saved at once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.directory.users import Account
from proofup.methods.catalogue import Catalogue
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.proofs import Action
from proofup.registration.default import set_default
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.pending import Registration
from proofup.registration.ports import Actor, AlreadyRegisteredError, Ports, UnusableWayError
from proofup.registration.propose import propose
from proofup.registration.remove import remove_all
from proofup.values.errors import InvalidInputError, ProofupError, StaleMethodError
from proofup.values.ids import RegistrationId
from proofup.values.ways import Way


class Wanted(Struct, frozen=True, kw_only=True):
    """What a person wants to have.

    ``asked`` are the slots for which something could be typed, and ``typed`` what was, by slot: a
    method in the other ones goes. Every method of the kinds in ``dropped`` goes too; what the page
    does not show stays. ``default`` is None where none was chosen.
    """

    default: Way | None
    asked: frozenset[str]
    typed: Mapping[str, Mapping[str, str]]
    dropped: frozenset[MethodKind]


class Saved(Struct, frozen=True, kw_only=True):
    """What was done at once, and the first change that now waits for its proof, if any."""

    first: Registration | None
    removed: tuple[Description, ...]
    default: Way | None


class BadContactError(ProofupError):
    """The contact in ``slot`` cannot be saved; ``reason`` says why, as for one number."""

    def __init__(self, slot: str, reason: str) -> None:
        super().__init__(slot, reason)
        self.slot = slot
        self.reason = reason


class ContactNeededError(ProofupError):
    """The preferred option ``way`` needs a contact that is missing or was unticked."""

    def __init__(self, way: Way) -> None:
        super().__init__(way)
        self.way = way


class NoContactLeftError(ProofupError):
    """Every contact was unticked; one has to stay."""


def version_of(held: Sequence[RegisteredMethod], account: Account) -> str:
    """Return a version that changes with every change of methods or default, and only then."""
    text = "|".join([*sorted(method.id for method in held), account.default_way or ""])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def save(ports: Ports, actor: Actor, wanted: Wanted, *, version: str, at: datetime) -> Saved:
    """Save everything that needs no verification, and start the changes that do.

    Raises StaleMethodError where ``version`` is not of now, BadContactError,
    ContactNeededError, NoContactLeftError, NotFreshError and UnusableWayError; nothing was
    changed then.
    """
    held = held_methods(actor)
    own = ports.room.catalogue.lasting(held)
    if version_of(own, actor.person.account) != version:
        raise StaleMethodError
    going = [method for method in own if not _stays(method, wanted)]
    new = _new(ports.room.catalogue, own, wanted)
    _check_what_is_left(ports.room.catalogue, own, wanted)
    changes_default = wanted.default not in {None, actor.person.account.default_way}
    if going or (changes_default and not new):
        # Checked before any change. New numbers alone need the fresh proof later, and are kept.
        action = Action.REMOVE_METHOD if going else Action.CHANGE_DEFAULT
        check_fresh(ports, actor, action, at=at)
    default = wanted.default if changes_default else None
    first = await _begin(ports, actor, own, new, default, at=at)
    now = default if first is None else None  # else it waits for the last number's proof
    if going:
        removed = await remove_all(ports, actor, going, default=now, at=at)
        return Saved(first=first, removed=removed.old, default=default)
    if now is not None:
        await set_default(ports, actor, now, at=at)
    return Saved(first=first, removed=(), default=default)


def _stays(method: RegisteredMethod, wanted: Wanted) -> bool:
    if method.slot in wanted.asked:
        return method.slot in wanted.typed
    return method.kind not in wanted.dropped


def _new(
    catalogue: Catalogue, held: Sequence[RegisteredMethod], wanted: Wanted
) -> dict[str, Mapping[str, str]]:
    """Return what was typed that is not what is registered already, by slot."""
    present = {method.slot: method for method in held}
    return {
        slot: typed
        for slot, typed in wanted.typed.items()
        if slot not in present
        or not catalogue.registrable[present[slot].kind].is_typed(present[slot], typed)
    }


def _check_what_is_left(
    catalogue: Catalogue, held: Sequence[RegisteredMethod], wanted: Wanted
) -> None:
    others = [
        one
        for one in held
        if one.slot not in wanted.asked
        and _stays(one, wanted)
        and catalogue.declaration(one).lasting
    ]
    if not wanted.typed and not others:
        raise NoContactLeftError
    able = {way for one in others for way in catalogue.of(one).ways(one)}
    able.update(way for slot in wanted.typed for way in catalogue.slots[slot].ways)
    if wanted.default is not None and wanted.default not in able:
        raise ContactNeededError(wanted.default)


async def _begin(
    ports: Ports,
    actor: Actor,
    held: Sequence[RegisteredMethod],
    new: Mapping[str, Mapping[str, str]],
    default: Way | None,
    *,
    at: datetime,
) -> Registration | None:
    """Begin a change for each that is new, the last one first, so that each knows the next."""
    catalogue = ports.room.catalogue
    present = {method.slot: method.id for method in held}
    registration: Registration | None = None
    for slot, typed in reversed(list(new.items())):
        following: RegistrationId | None = registration.id if registration else None
        is_default = default in catalogue.slots[slot].ways
        try:
            registration = await propose(
                ports,
                actor,
                catalogue.kind_of_slot(slot),
                {**typed, "way": str(default)} if is_default else typed,
                replaces=present.get(slot),
                slot=slot,
                default=default if registration is None else None,
                then=following,
                at=at,
            )
        except InvalidInputError as error:
            raise BadContactError(slot, error.reason) from error
        except AlreadyRegisteredError as error:
            raise BadContactError(slot, "same") from error
        except UnusableWayError as error:
            raise BadContactError(slot, "way") from error
    return registration
