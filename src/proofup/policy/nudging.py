"""Proposes a stronger method to users of a restricted one, such as a phone.

Entra calls this a registration campaign. Texts and calls can be intercepted, and cost money.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from proofup.directory.users import Account
from proofup.methods.catalogue import Catalogue, Option
from proofup.methods.declaration import Role, WayTraits, Who
from proofup.policy.rules import Policy
from proofup.values.ways import Way

SNOOZES = 3  # if they are limited; after that the method is required


def stronger(catalogue: Catalogue, policy: Policy, served: frozenset[Way]) -> frozenset[Way]:
    """Return the ways that may be proposed: unrestricted ones that people can set up and keep."""
    allowed = policy.allowed(served)
    return frozenset(
        traits.word
        for method in catalogue.registrable.values()
        for declared in (method.declaration,)
        if declared.lasting and Role.SECOND in declared.roles and Who.PERSON in declared.added_by
        for traits in declared.ways
        if not traits.restricted and traits.word in allowed
    )


def lacks_stronger(held: Sequence[Option], proposed: frozenset[Way]) -> bool:
    """Tell whether somebody with ``held`` has none of the ways ``proposed``."""
    return bool(proposed) and all(option.way not in proposed for option in held)


def is_due(
    account: Account,
    held: Sequence[Option],
    policy: Policy,
    proven: WayTraits,
    proposed: frozenset[Way],
    *,
    at: datetime,
) -> bool:
    """Tell whether one of ``proposed`` is proposed to somebody who has just ``proven``."""
    if not policy.nudge or not proven.restricted or not lacks_stronger(held, proposed):
        return False
    last = account.nudged_at
    return last is None or at >= last + timedelta(days=policy.snooze_days)


def may_snooze(account: Account, policy: Policy) -> bool:
    """Tell whether a proposal that was counted already may be put off."""
    return not policy.limit_snoozes or account.nudges <= SNOOZES
