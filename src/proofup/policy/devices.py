"""Whose browsers may be remembered, for how long, and whether a remembered one is still valid."""

from datetime import datetime, timedelta

from proofup.directory.devices import Device
from proofup.directory.users import Account, User, UserType
from proofup.policy.rules import Policy


def days_for(user: User, policy: Policy) -> int:
    """Return for how many days a browser of ``user`` may be remembered; 0 means never.

    A guest's browser belongs to another organisation, which may remember it itself.
    """
    return 0 if user.user_type is UserType.GUEST else policy.remember_days


def ends_at(device: Device, user: User, policy: Policy) -> datetime:
    """Return until when ``device`` counts: as the rules are now, from the proof itself on."""
    return device.remembered_at + timedelta(days=days_for(user, policy))


def counts(device: Device, user: User, account: Account, policy: Policy, *, at: datetime) -> bool:
    """Return whether ``device`` may replace a second proof of its owner."""
    is_theirs = device.user_id == user.id and device.epoch == account.epoch
    return is_theirs and at < ends_at(device, user, policy)
