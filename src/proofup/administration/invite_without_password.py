"""Inviting people who have no password to choose one, many at once.

It may be done again at any time: whoever was invited, and whose invitation still holds, gets no
second mail. So what was interrupted is begun anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from proofup.administration.invite import InvitationMade, invite_to_password
from proofup.administration.planned import Planned, side_by_side
from proofup.administration.ports import Ports
from proofup.administration.target import targets_of
from proofup.directory.invitations import Invitation
from proofup.notices.notifying import told_at
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.policy.roles import permissions_of
from proofup.policy.target import Target
from proofup.values.ids import UserId

BATCH = 50  # people of one transaction


class Reached(StrEnum):
    """What became of one person."""

    INVITED = "invited"
    WAITING = "waiting"  # was invited before, and the invitation still holds
    NO_MAIL = "noMail"  # there is no address that a mail can go to
    HAS_PASSWORD = "hasPassword"  # noqa: S105 - a word
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class Outcome(Struct, frozen=True):
    """Somebody, and what became of them."""

    user_id: UserId
    reached: Reached


async def invite_without_password(
    ports: Ports, actor: Actor, user_ids: Sequence[UserId], *, at: datetime
) -> Planned[Sequence[Outcome]]:
    """Mail a link to each of these users who has no password and waits for no answer."""
    targets = await targets_of(ports, user_ids, at=at)
    lacking = await ports.without_password.among(user_ids)
    holding = await _holding(ports, targets, at=at)
    acts = [
        _planned(ports, actor, targets.get(one), one, (lacking, holding), at=at) for one in user_ids
    ]
    return side_by_side(acts)


def _planned(
    ports: Ports,
    actor: Actor,
    target: Target | None,
    user_id: UserId,
    known: tuple[frozenset[UserId], frozenset[UserId]],
    *,
    at: datetime,
) -> Planned[Outcome]:
    lacking, holding = known
    if target is None:
        return _nothing(user_id, Reached.UNKNOWN)
    if user_id not in lacking:
        return _nothing(user_id, Reached.HAS_PASSWORD)
    if not target.person.account.enabled:
        return _nothing(user_id, Reached.DISABLED)
    if user_id in holding:
        return _nothing(user_id, Reached.WAITING)
    if told_at(ports.room.notifier, target.person.user) is None:
        return _nothing(user_id, Reached.NO_MAIL)
    act: Planned[InvitationMade] = invite_to_password(ports, actor, target, by_mail=True, at=at)
    return Planned(act.conditions, act.changes, Outcome(user_id, Reached.INVITED))


def _nothing(user_id: UserId, reached: Reached) -> Planned[Outcome]:
    return Planned((), (), Outcome(user_id, reached))


async def _holding(
    ports: Ports, targets: Mapping[UserId, Target], *, at: datetime
) -> frozenset[UserId]:
    """Return who has an invitation that still opens; not if its inviter may invite no more."""
    found = await ports.invitations.of_many(list(targets))
    inviters = {one.inviter for one in found.values() if one.inviter is not None}
    roles = await ports.roles.of_many(list(inviters), at=at)
    wanted = {Permission.INVITE, Permission.INVITE_GUESTS}
    able = {
        inviter
        for inviter, held in roles.items()
        if any(not wanted.isdisjoint(permissions_of(one)) for one in held)
    }

    def holds(user_id: UserId, invitation: Invitation) -> bool:
        is_from_somebody_able = invitation.inviter is None or invitation.inviter in able
        user = targets[user_id].person.user
        return is_from_somebody_able and invitation.is_open(at) and invitation.is_for(user)

    return frozenset(user_id for user_id, one in found.items() if holds(user_id, one))
