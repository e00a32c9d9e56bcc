"""Setting the rules of the organisation, but none that would keep people out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.rules_by_name import changed
from proofup.audit.events.accounts import PolicyChanged
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.slots import most_of_anybody, ways_of_anybody
from proofup.values.errors import ProofupError
from proofup.values.ways import Way


class NothingToRegisterError(ProofupError):
    """Not everybody could register a method at sign-in; with one of ``ways`` they could."""

    def __init__(self, ways: Sequence[Way]) -> None:
        super().__init__(ways)
        self.ways = ways


class TooManyMethodsError(ProofupError):
    """People must have ``wanted`` methods, and not everybody can register more than ``most``."""

    def __init__(self, wanted: int, most: int) -> None:
        super().__init__(wanted, most)
        self.wanted = wanted
        self.most = most


def set_rules(
    ports: Ports, actor: Actor, before: Policy, told: Mapping[str, str], *, at: datetime
) -> Planned[Policy]:
    """Change ``before``, the rules as they are, by those that are ``told``; return all of them.

    Raises UnknownRuleError and BadRuleError for the first bad one, NothingToRegisterError and
    TooManyMethodsError where the rules together would keep people out.
    """
    conditions = permitted(actor, Permission.SET_RULES, at=at)
    after = changed(before, told, ports.room.catalogue)
    _check_can_be_met(ports, after)
    event = PolicyChanged(command=actor.command, rules=", ".join(told))
    changes = (SetPolicy(policy=after, was=before), actor.entry(event, None, at=at))
    return Planned(conditions, changes, after)


def _check_can_be_met(ports: Ports, policy: Policy) -> None:
    """Refuse rules that would keep out whoever has to register first."""
    catalogue = ports.room.catalogue
    most = most_of_anybody(catalogue, policy.allowed(ports.room.served))
    if most == 0:
        raise NothingToRegisterError(ways_of_anybody(catalogue))
    if most < policy.least_methods:
        raise TooManyMethodsError(policy.least_methods, most)
