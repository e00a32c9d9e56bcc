"""Counts refusals of each limit, for the operator."""

from datetime import timedelta

from proofup.policy.limits import Charge, CounterKey, Limit

MET = Limit(name="limitMet", most=1_000_000_000, within=timedelta(days=1))  # refuses nothing


def met(key: CounterKey, name: str) -> Charge:
    """Return what counts that the limit ``name`` stopped somebody."""
    return Charge(key=key(MET.name, name), limit=MET)
