"""The counters for an answer in place of a password."""

from proofup.policy import figures
from proofup.policy.limits import Charge, CounterKey
from proofup.policy.rules import Policy
from proofup.values.client import Client
from proofup.values.ids import SignInId


def first_method_charges(
    key: CounterKey, policy: Policy, whom: str, client: Client, sign_in: SignInId
) -> tuple[Charge, ...]:
    """Return the counters of ``whom``, which a right answer resets, then the network's.

    The network's counter is that of passwords, so guessing at both does not double the attempts. A
    right answer takes its attempt out of the network's count.
    """
    network = client.network
    from_network = policy.limit(figures.FIRST_METHOD_FROM_NETWORK)
    of_account = policy.limit(figures.FIRST_METHOD_OF_ACCOUNT)
    of_sign_in = policy.limit(figures.ANSWERS_PER_SIGN_IN)
    of_network = policy.limit(figures.PASSWORDS_OF_NETWORK)
    return (
        Charge(key=key(from_network.name, whom, network), limit=from_network),
        Charge(key=key(of_account.name, whom), limit=of_account),
        Charge(key=key(of_sign_in.name, sign_in), limit=of_sign_in),
        Charge(key=key(of_network.name, network), limit=of_network),
    )
