"""Decides what a sign-in still needs: the only place, for every route.

A person who has a second method is always asked for it, whatever the rules. A person who must have
one and has none registers it before the session opens.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from proofup.directory.users import Account, MfaState
from proofup.methods.catalogue import Option
from proofup.policy.proofs import Level, demanded
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy
from proofup.values.errors import ProofupError
from proofup.values.ways import Way


class ProofsBlockedError(ProofupError):
    """Every second proof of this person is denied until ``until``; nothing was sent."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class RequiredAction(StrEnum):
    """What a person must change about their methods before the sign-in ends."""

    NONE = "none"
    MAY_REGISTER = "mayRegister"  # and may postpone it
    MUST_REGISTER = "mustRegister"
    MAY_IMPROVE = "mayImprove"  # a stronger method is proposed, and may be postponed
    MUST_IMPROVE = "mustImprove"  # it was postponed too often
    MUST_CHOOSE_DEFAULT = "mustChooseDefault"  # the present one is no longer allowed


CAN_WAIT = frozenset({RequiredAction.MAY_REGISTER, RequiredAction.MAY_IMPROVE})


class Decision(Struct, frozen=True, kw_only=True):
    """The required level, the options for reaching it, and the required action.

    ``good`` is how many methods count, ``missing`` how many must still be registered, and ``slots``
    how many more can be. Postponing ends at ``until``, if it has started. A proposal can still be
    postponed ``snoozes`` times, or without limit.
    """

    level: Level
    options: tuple[Option, ...]
    required_action: RequiredAction = RequiredAction.NONE
    good: int = 0
    missing: int = 0
    slots: int = 0
    until: datetime | None = None
    snoozes: int | None = None


def usable(options: Sequence[Option], allowed: frozenset[Way]) -> tuple[Option, ...]:
    """Return the options that may be used to sign in.

    If none of them is allowed any more, the old ones still work once more, so that forbidding
    methods never makes a password alone enough. Another method must then be registered.
    """
    left = tuple(option for option in options if option.way in allowed)
    return left or tuple(options)


def decide(
    account: Account,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    slots: int,
    at: datetime,
) -> Decision:
    """Return what the account must bring.

    ``held`` is all that it could answer with, and ``slots`` how many more methods it could
    register on the way in.
    """
    allowed = policy.allowed(served, at=at)
    options = usable(held, allowed)
    missing = lacking(account, held, policy, served=served, slots=slots, at=at)
    required_action, until = _required_action(
        account, policy, missing, had_any=_has_lasting(held), at=at
    )
    if required_action is RequiredAction.NONE and _default_is_forbidden(account, allowed):
        if any(option.traits.can_be_default for option in options):
            required_action = RequiredAction.MUST_CHOOSE_DEFAULT
        elif slots and all(option.traits.only_beside for option in options):
            # The remaining methods count only beside another, so one must be registered.
            required_action, missing = RequiredAction.MUST_REGISTER, 1
    return Decision(
        level=demanded(options),
        options=options,
        required_action=required_action,
        good=_good(held, allowed),
        missing=missing,
        slots=slots,
        until=until,
    )


def lacking(
    account: Account,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    slots: int,
    at: datetime,
) -> int:
    """Return how many methods the account has still to register.

    Nobody is asked for more methods than they can register. But a person without a usable method
    always lacks one: otherwise the second proof would be skipped.
    """
    allowed = policy.allowed(served, at=at)
    good = _good(held, allowed)
    missing = max(0, _least(account, policy, had_any=_has_lasting(held), at=at) - good)
    return min(missing, max(slots, 0 if good else 1))


def _has_lasting(held: Sequence[Option]) -> bool:
    return any(option.lasting for option in held)


def _good(held: Sequence[Option], allowed: frozenset[Way]) -> int:
    """Return how many lasting methods may be used, each in whatever way."""
    good = [option for option in held if option.lasting and option.way in allowed]
    return len({one.id for option in good for one in option.methods})


def is_demanded(account: Account, policy: Policy, *, at: datetime) -> bool:
    """Tell whether this person must have a second proof; administrators always must."""
    by_rule = policy.demand is Demand.EVERYONE
    return by_rule or _is_demanded_of_account(account, at=at)


def _is_demanded_of_account(account: Account, *, at: datetime) -> bool:
    return account.mfa_state is not MfaState.DISABLED or account.is_administrator(at)


def check_not_blocked(account: Account, *, at: datetime) -> None:
    """Raise ProofsBlockedError where every second proof of the person is denied now."""
    until = account.proofs_blocked_until
    if until is not None and at < until:
        raise ProofsBlockedError(until)


def _least(account: Account, policy: Policy, *, had_any: bool, at: datetime) -> int:
    """Return how many methods the person must have."""
    if is_demanded(account, policy, at=at):
        return policy.least_methods
    # None is required. But a person with methods must not be left with forbidden ones only.
    return 1 if had_any else 0


def _required_action(
    account: Account, policy: Policy, missing: int, *, had_any: bool, at: datetime
) -> tuple[RequiredAction, datetime | None]:
    if not missing:
        return RequiredAction.NONE, None
    by_rule = not had_any and not _is_demanded_of_account(account, at=at)
    if not (by_rule and policy.grace_days):
        return RequiredAction.MUST_REGISTER, None
    if account.grace_ends_at is None or at < account.grace_ends_at:
        return RequiredAction.MAY_REGISTER, account.grace_ends_at
    return RequiredAction.MUST_REGISTER, None


def _default_is_forbidden(account: Account, allowed: frozenset[Way]) -> bool:
    return account.default_way is not None and account.default_way not in allowed
