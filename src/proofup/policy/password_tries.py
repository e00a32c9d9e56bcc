"""What a password that somebody types is counted against, wherever it is asked for."""

from proofup.policy import figures
from proofup.policy.limits import Charge, CounterKey
from proofup.values.client import Client
from proofup.values.secret import Secret


def password_charges(
    key: CounterKey, whom: str, client: Client, password: Secret[str]
) -> tuple[Charge, ...]:
    """Return the two counters of ``whom``, which the right password resets, then the network's."""
    # Keyed and shortened: enough to recognise a repeated typing error, useless to find it out.
    mark = key("wrongPassword", whom, password.reveal())[-16:]
    network = client.network
    from_network = figures.PASSWORD_FROM_NETWORK
    of_account = figures.PASSWORD_OF_ACCOUNT
    of_network = figures.PASSWORDS_OF_NETWORK
    return (
        Charge(key=key(from_network.name, whom, network), limit=from_network, mark=mark),
        Charge(key=key(of_account.name, whom), limit=of_account, mark=mark),
        Charge(key=key(of_network.name, network), limit=of_network),
    )
