"""Choosing what somebody is asked for first."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.challenges.options import options_of
from proofup.method_changes.default import default_chosen
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import InvalidInputError
from proofup.values.ways import Way


def set_default_for(
    ports: Ports, actor: Actor, target: Target, way: Way, *, at: datetime
) -> Planned[Way]:
    """Make ``way`` the default, and tell the person. Raises InvalidInputError where it is none."""
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    options = options_of(ports.room, target.held, target.policy, at=at)
    chosen = next((one for one in options if one.way == way), None)
    if chosen is None or not chosen.traits.can_be_default:
        raise InvalidInputError("no default")
    changes = default_chosen(ports.room, actor, target.person, chosen, at=at)
    return Planned(conditions, changes, way)
