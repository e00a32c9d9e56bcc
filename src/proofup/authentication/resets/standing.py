"""Names the next step of a password reset; the only place that decides it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from proofup.authentication.password_reset import PasswordReset
from proofup.authentication.ports import Ports
from proofup.methods.catalogue import Option
from proofup.methods.declaration import WayTraits
from proofup.methods.registered_methods import MethodKind
from proofup.policy.resets import (
    is_offered,
    may_reset,
    proofs_needed,
    reset_options,
    reset_ways,
)
from proofup.policy.subscriber import Subscriber
from proofup.values.ids import UserId, token_digest
from proofup.values.ways import Way


class ResetStep(StrEnum):
    """Where a password reset stands."""

    NAME = "name"  # there is none, or it is over
    PROOF = "proof"
    NEW_PASSWORD = "newPassword"  # noqa: S105 - the name of a step
    IMPOSSIBLE = "impossible"  # the account has too few methods; only said after a right proof


class ResetStanding(Struct, frozen=True, kw_only=True):
    """A reset with its next step.

    ``ways`` are offered: before the first proof those of everybody. ``options`` are what the
    account itself can answer with; pages show them after the first proof only. ``subscriber`` is
    None where the name is nobody's, or its account may not be reset.
    """

    step: ResetStep
    reset: PasswordReset | None = None
    subscriber: Subscriber | None = None
    ways: tuple[WayTraits, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def has_proven(self) -> bool:
        """Whether a first proof was right."""
        return self.reset is not None and bool(self.reset.proven)

    def option(self, way: Way | None) -> Option | None:
        """Return the option to answer in ``way``, if the account has one."""
        return next((one for one in self.options if one.way == way), None)


NOBODY = UserId("")
NOTHING = ResetStanding(step=ResetStep.NAME)


async def stand(ports: Ports, token: str | None, *, at: datetime) -> ResetStanding:
    """Return where the reset of the browser with ``token`` stands."""
    reset = await ports.resets.by_token(token_digest(token)) if token else None
    if reset is None or reset.finished_at is not None or at >= reset.expires_at:
        return NOTHING
    room = ports.room
    policy = await room.policies.current()
    if not is_offered(policy):
        return NOTHING
    # Unknown names are looked up too, so that the time does not reveal them.
    found = await ports.subscribers.of(reset.user_id or NOBODY)
    subscriber = found if found and _is_open(found, reset, at=at) else None
    ways = reset_ways(room.catalogue, policy, room.served, at=at)
    if subscriber is None:
        # A proof was right, and the account has changed since.
        if reset.proven:
            return NOTHING
        return ResetStanding(step=ResetStep.PROOF, reset=reset, ways=ways)
    options = reset_options(room.catalogue, subscriber.held, ways, policy, at=at)
    return _standing(reset, subscriber, ways, options, at=at)


def _standing(
    reset: PasswordReset,
    subscriber: Subscriber,
    ways: tuple[WayTraits, ...],
    options: tuple[Option, ...],
    *,
    at: datetime,
) -> ResetStanding:
    proven = _kinds_proven(reset, options)
    left = tuple(one for one in options if one.methods[0].kind not in proven)
    missing = proofs_needed(subscriber.person.account, subscriber.policy, at=at) - len(proven)
    here = ResetStanding(
        step=ResetStep.PROOF, reset=reset, subscriber=subscriber, ways=ways, options=left
    )
    if not proven:
        return here
    if missing <= 0:
        return _replace(here, ResetStep.NEW_PASSWORD)
    if len({one.methods[0].kind for one in left}) < missing:
        return _replace(here, ResetStep.IMPOSSIBLE)
    return _replace(here, ResetStep.PROOF)


def _replace(here: ResetStanding, step: ResetStep) -> ResetStanding:
    """Return ``here`` at ``step``, after a proof: from now on only its own ways are offered."""
    return replace(here, step=step, ways=tuple(one.traits for one in here.options))


def _kinds_proven(reset: PasswordReset, options: tuple[Option, ...]) -> frozenset[MethodKind]:
    """Return the kinds of the methods that have answered and still may."""
    held = (one for option in options for one in option.methods)
    return frozenset(one.kind for one in held if one.id in reset.proven)


def _is_open(found: Subscriber, reset: PasswordReset, *, at: datetime) -> bool:
    person = found.person
    return person.account.is_open(reset.epoch) and may_reset(person, found.policy, at=at)
