"""The counters for requests to the devices of an account, whichever of them is asked."""

from proofup.policy import request_figures
from proofup.policy.limits import Charge, CounterKey, Limit
from proofup.policy.rules import Policy
from proofup.values.ids import UserId


def request_charges(key: CounterKey, policy: Policy, user_id: UserId) -> tuple[Charge, ...]:
    """Return the counters of requests; an approval gives back."""
    limits = (request_figures.REQUESTS, request_figures.REQUESTS_PER_HOUR)
    return tuple(_charge(key, policy, limit, user_id) for limit in limits)


def refusal_charge(key: CounterKey, policy: Policy, user_id: UserId) -> Charge:
    """Return the counter of denials and wrong numbers; an approval ends it."""
    return _charge(key, policy, request_figures.REQUESTS_REFUSED, user_id)


def _charge(key: CounterKey, policy: Policy, limit: Limit, user_id: UserId) -> Charge:
    return Charge(key=key(limit.name, user_id), limit=policy.limit(limit))
