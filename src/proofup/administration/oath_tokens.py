"""The stock of hardware tokens: adding them, giving one to a person, and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from proofup.administration.delete_method import delete_method
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.methods import OathTokenAdded, OathTokenChanged, OathTokenDeleted
from proofup.directory.oath_tokens import (
    AddToken,
    ChangeToken,
    OathToken,
    RemoveToken,
    Stocked,
)
from proofup.directory.users import UserType
from proofup.method_changes.adding import Addition, added
from proofup.methods.abilities import NamedMethod
from proofup.methods.protocol import Accepted, Answer, Description, Purpose, Question
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import ProofupError, SlotTakenError
from proofup.values.ids import ChallengeId, MethodId, UserId, random_id
from proofup.values.words import marked, said


class TokenNotGivenError(ProofupError):
    """The token cannot be given to this person; ``said`` says why, ``problem`` in English."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.said = said(problem)
        self.problem = self.said.english


class UnknownTokenError(ProofupError):
    """There is no token with this serial number, or nobody has it."""

    def __init__(self, serial_number: str) -> None:
        super().__init__(serial_number)
        self.serial_number = serial_number


async def token_called(ports: Ports, serial_number: str) -> Stocked:
    """Return the token with this serial number. Raises UnknownTokenError."""
    found = await ports.tokens.by_serial(serial_number.strip())
    if found is None:
        raise UnknownTokenError(serial_number)
    return found


def holder_of(stocked: Stocked) -> UserId:
    """Return who has a token. Raises UnknownTokenError where nobody has it."""
    if stocked.holder is None:
        raise UnknownTokenError(stocked.token.serial_number)
    return stocked.holder


def add_token(actor: Actor, token: OathToken, *, at: datetime) -> Planned[OathToken]:
    """Add a token that nobody has. When written, raises TokenKnownError."""
    conditions = permitted(actor, Permission.SET_RULES, at=at)
    event = OathTokenAdded(
        command=actor.command,
        reason=actor.reason,
        serial=token.serial_number,
        model=token.model or "unknown",
    )
    return Planned(conditions, (AddToken(token=token), actor.entry(event, None, at=at)), token)


def change_token(actor: Actor, token: OathToken, *, at: datetime) -> Planned[OathToken]:
    """Store what is told of a token that nobody has: manufacturer, model, interval and hash.

    When written, raises StaleError where somebody has it.
    """
    conditions = permitted(actor, Permission.SET_RULES, at=at)
    event = OathTokenChanged(
        command=actor.command,
        reason=actor.reason,
        serial=token.serial_number,
        model=token.model or "unknown",
    )
    changes = (ChangeToken(token=token), actor.entry(event, None, at=at))
    return Planned(conditions, changes, token)


def delete_token(actor: Actor, token: OathToken, *, at: datetime) -> Planned[OathToken]:
    """Delete a token that nobody has. When written, raises StaleError where somebody has it."""
    conditions = permitted(actor, Permission.SET_RULES, at=at)
    event = OathTokenDeleted(
        command=actor.command,
        reason=actor.reason,
        serial=token.serial_number,
        model=token.model or "unknown",
    )
    changes = (RemoveToken(token_id=token.id), actor.entry(event, None, at=at))
    return Planned(conditions, changes, token)


def give_token(
    ports: Ports,
    actor: Actor,
    target: Target,
    token: OathToken,
    typed: Mapping[str, str],
    *,
    code: str | None = None,
    at: datetime,
) -> Planned[Description]:
    """Give a free token to the target; with a right ``code`` it is activated at once.

    ``typed`` may name it (``displayName``). Raises TokenNotGivenError and SlotTakenError. When
    written, raises MethodTakenError where somebody has it by now.
    """
    method, user = ports.room.catalogue.token_method, target.person.user
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    slot = method.declaration.slots[0].name
    if user.user_type is UserType.GUEST and not method.declaration.for_guests:
        raise TokenNotGivenError(marked("guests can have no token."))
    if any(one.slot == slot for one in target.held):
        raise SlotTakenError(slot)
    new = method.of_token(token, typed, user_id=user.id, slot=slot, at=at)
    if code is not None:
        new = _activated(ports, new, code, at=at)
    changes = added(ports.room, actor, target, Addition(new=new, way=method.ways(new)[0]), at=at)
    return Planned(conditions, changes, method.describe(new))


def activate_token(
    ports: Ports,
    actor: Actor,
    target: Target,
    token_id: MethodId,
    *,
    code: str,
    name: str | None = None,
    at: datetime,
) -> Planned[Description]:
    """Activate the target's token by a ``code`` of it, and call it ``name`` if that is given.

    Raises UnknownTokenError and TokenNotGivenError.
    """
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    held = _held(target, token_id)
    new = _activated(ports, held, code, at=at)
    method = ports.room.catalogue.of(new)
    if name is not None and isinstance(method, NamedMethod):
        new = method.renamed(new, name)
    return _replaced(ports, actor, target, held, new, conditions=conditions, at=at)


def deactivate_token(
    ports: Ports, actor: Actor, target: Target, token_id: MethodId, *, at: datetime
) -> Planned[Description]:
    """Let the target's token count no more until a code is typed. Raises UnknownTokenError."""
    conditions = permitted(actor, Permission.RESET_METHODS, target, at=at)
    held = _held(target, token_id)
    new = ports.room.catalogue.deactivated(held)
    return _replaced(ports, actor, target, held, new, conditions=conditions, at=at)


def _held(target: Target, token_id: MethodId) -> RegisteredMethod:
    found = next((one for one in target.held if one.id == token_id), None)
    if found is None:
        raise UnknownTokenError(token_id)
    return found


def _replaced(
    ports: Ports,
    actor: Actor,
    target: Target,
    old: RegisteredMethod,
    new: RegisteredMethod,
    *,
    conditions: Sequence[Change],
    at: datetime,
) -> Planned[Description]:
    method = ports.room.catalogue.of(new)
    addition = Addition(new=new, old=old, way=method.declaration.ways[0].word)
    changes = added(ports.room, actor, target, addition, at=at)
    return Planned(tuple(conditions), changes, method.describe(new))


def take_token(
    ports: Ports, actor: Actor, target: Target, token: OathToken, *, at: datetime
) -> Planned[Description]:
    """Take a token back from the target; it is free again. Raises UnknownTokenError."""
    if all(one.id != token.id for one in target.held):
        raise UnknownTokenError(token.serial_number)
    return delete_method(ports, actor, target, token.id, at=at)


def _activated(ports: Ports, new: RegisteredMethod, code: str, *, at: datetime) -> RegisteredMethod:
    room = ports.room
    method = room.catalogue.of(new)
    asked = method.challenge(
        new,
        Question(
            id=ChallengeId(random_id(room.entropy)),
            purpose=Purpose.REGISTRATION,
            way=method.ways(new)[0],
            at=at,
        ),
        room.entropy,
    )
    verdict = method.verify(new, asked, Answer(code), at=at)
    if not isinstance(verdict, Accepted):
        raise TokenNotGivenError(marked("the code is not what this token shows now."))
    return verdict.method
