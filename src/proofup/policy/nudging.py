"""Proposing an app to who proves by phone: texts and calls can be listened to, and cost money.

What Entra calls a registration campaign.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from proofup.directory.users import Account
from proofup.methods.catalogue import Option
from proofup.policy.rules import Policy
from proofup.values.ways import Way

TARGET = Way.OATH
WEAKER = frozenset(Way) - {Way.OATH, Way.RECOVERY_CODE}
SNOOZES = 3  # where they are limited; then it is a must


def lacks_target(held: Sequence[Option], policy: Policy) -> bool:
    """Tell whether somebody with ``held`` has no app and may have one."""
    return TARGET in policy.ways and all(option.way is not TARGET for option in held)


def is_due(
    account: Account, held: Sequence[Option], policy: Policy, way: Way, *, at: datetime
) -> bool:
    """Tell whether an app is proposed to somebody who has just proven by ``way``."""
    if not policy.nudge or way not in WEAKER or not lacks_target(held, policy):
        return False
    last = account.nudged_at
    return last is None or at >= last + timedelta(days=policy.snooze_days)


def may_snooze(account: Account, policy: Policy) -> bool:
    """Tell whether a proposal that was counted already may be put off."""
    return not policy.limit_snoozes or account.nudges <= SNOOZES
