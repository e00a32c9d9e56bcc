"""What opening a sign-in is counted against: it takes a row, and nothing was proven yet."""

from proofup.policy import figures
from proofup.policy.limits import Charge, CounterKey
from proofup.policy.rules import Policy
from proofup.values.client import Client
from proofup.values.ids import BrowserId


def network_charge(key: CounterKey, policy: Policy, client: Client) -> Charge:
    """Return the counter of a network; a right password gives the try back."""
    limit = figures.SIGN_INS_OF_NETWORK
    return Charge(key=key(limit.name, client.network), limit=policy.limit(limit))


def browser_charge(key: CounterKey, policy: Policy, browser_id: BrowserId) -> Charge:
    """Return the counter of a known browser, whatever others of its network do."""
    limit = figures.SIGN_INS_OF_BROWSER
    return Charge(key=key(limit.name, browser_id), limit=policy.limit(limit))
