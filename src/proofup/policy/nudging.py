"""Asks people to set up a stronger method than they have.

Entra calls this a registration campaign. Texts and calls can be intercepted, and cost money.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from proofup.directory.users import Account
from proofup.methods.catalogue import Catalogue, Option
from proofup.methods.declaration import Opens, Role, Who
from proofup.policy.proofs import strength
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy
from proofup.values.ways import Way


def proposable(catalogue: Catalogue) -> frozenset[Way]:
    """Return the unrestricted ways that each person can set up during a sign-in, keep, and prefer.

    A second way of the same method, such as the codes of an app, is none of its own.
    """
    return frozenset(
        traits.word
        for method in catalogue.registrable.values()
        for declared in (method.declaration,)
        if declared.lasting and Role.SECOND in declared.roles and Who.PERSON in declared.added_by
        for traits in declared.ways
        if not traits.restricted
        and (traits.can_be_default or traits.by_browser)
        and any(
            slot.opens is Opens.SIGNING_IN and traits.word in slot.ways for slot in declared.slots
        )
    )


def stronger(
    catalogue: Catalogue, policy: Policy, served: frozenset[Way], *, at: datetime
) -> frozenset[Way]:
    """Return the ways that are proposed: one of them is enough. None that ends is among them."""
    able = (proposable(catalogue) & policy.allowed(served, at=at)) - policy.ending(at)
    return able if policy.nudge_ways is None else able & policy.nudge_ways


def strong_enough(catalogue: Catalogue, proposed: frozenset[Way]) -> frozenset[Way]:
    """Return the ways that are as strong as the weakest of those ``proposed``."""
    ranked = strength(catalogue.in_role(Role.SECOND))
    last = max((place for place, one in enumerate(ranked) if one.word in proposed), default=-1)
    return frozenset(one.word for one in ranked[: last + 1])


def lacks_stronger(
    catalogue: Catalogue,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    at: datetime,
) -> bool:
    """Tell whether all that somebody has is weaker than what is proposed, or ends."""
    proposed = stronger(catalogue, policy, served, at=at)
    enough = strong_enough(catalogue, proposed) - policy.ending(at)
    return bool(proposed) and all(option.way not in enough for option in held)


def depends_on_ending(held: Sequence[Option], policy: Policy, *, at: datetime) -> bool:
    """Tell whether all that somebody can keep and use today ends on a day."""
    allowed = policy.allowed(frozenset(option.way for option in held if option.lasting), at=at)
    return bool(allowed) and allowed <= policy.ending(at)


def ends_for(held: Sequence[Option], policy: Policy, *, at: datetime) -> datetime | None:
    """Return when everything ends that somebody has, if it does."""
    return policy.ends_at if depends_on_ending(held, policy, at=at) else None


def is_in_scope(
    catalogue: Catalogue,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    excluded: bool,
    at: datetime,
) -> bool:
    """Tell whether somebody with ``held`` should set up one of the ways that are proposed.

    Who has nothing but what ends is asked whatever the campaign says, and whomever it leaves out.
    """
    is_asked = not excluded and _is_campaign_for(held, policy)
    if not is_asked and not depends_on_ending(held, policy, at=at):
        return False
    return any(option.lasting for option in held) and lacks_stronger(
        catalogue, held, policy, served=served, at=at
    )


def _is_campaign_for(held: Sequence[Option], policy: Policy) -> bool:
    if policy.nudge is Nudge.ONLY_PHONES:
        return not any(option.lasting and not option.traits.restricted for option in held)
    return policy.nudge is not Nudge.NOBODY


def is_due(
    catalogue: Catalogue,
    account: Account,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    excluded: bool = False,
    at: datetime,
) -> bool:
    """Tell whether somebody who has just given a second proof is asked now.

    ``excluded`` says that the campaign leaves them out.
    """
    if not is_in_scope(catalogue, held, policy, served=served, excluded=excluded, at=at):
        return False
    last = account.nudged_at
    return last is None or at >= last + timedelta(days=policy.snooze_days)


def snoozes_left(account: Account, policy: Policy) -> int | None:
    """Return how often somebody who is asked now may postpone it, now included.

    None is without limit. The present question was counted already.
    """
    return max(0, policy.snoozes + 1 - account.nudges) if policy.snoozes else None
