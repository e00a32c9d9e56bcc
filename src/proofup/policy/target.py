"""Whom an act is done to, with everything by which it is decided."""

from proofup.policy.subscriber import Subscriber


class Target(Subscriber, frozen=True, kw_only=True):
    """A person with what they hold and the rules; ``roles`` are the ids of the roles they hold."""

    roles: frozenset[str] = frozenset()
