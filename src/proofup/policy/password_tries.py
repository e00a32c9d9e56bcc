"""The counters for a typed password, wherever it is asked for.

Known browsers and all others are counted apart. So an attacker elsewhere cannot lock the owner out
of a known browser, and a thief of its cookie gets only that browser's few attempts.
"""

from proofup.policy import figures
from proofup.policy.limits import Charge, CounterKey
from proofup.policy.rules import Policy
from proofup.values.client import Client
from proofup.values.ids import BrowserId, UserId
from proofup.values.secret import Secret


def password_charges(
    key: CounterKey, policy: Policy, whom: str, client: Client, password: Secret[str]
) -> tuple[Charge, ...]:
    """Return the counters of ``whom``, which the right password resets, then the network's.

    The right password gives the network's try back.

    The last of those of ``whom`` counts tries in a row.
    """
    mark, network = _mark(key, whom, password), client.network
    from_network = policy.limit(figures.PASSWORD_FROM_NETWORK)
    of_account = policy.limit(figures.PASSWORD_OF_ACCOUNT)
    in_a_row = policy.limit(figures.PASSWORD_IN_A_ROW)
    of_network = policy.limit(figures.PASSWORDS_OF_NETWORK)
    return (
        Charge(key=key(from_network.name, whom, network), limit=from_network, mark=mark),
        Charge(key=key(of_account.name, whom), limit=of_account, mark=mark),
        Charge(key=key(in_a_row.name, whom), limit=in_a_row, mark=mark),
        Charge(key=key(of_network.name, network), limit=of_network),
    )


def known_charges(
    key: CounterKey, policy: Policy, whom: str, browser_id: BrowserId, password: Secret[str]
) -> tuple[Charge, ...]:
    """Return the counters of a known browser; the first counts tries in a row."""
    mark = _mark(key, whom, password)
    limits = (figures.PASSWORD_OF_BROWSER_IN_A_ROW, figures.PASSWORD_OF_BROWSER)
    return tuple(
        Charge(key=key(limit.name, browser_id), limit=policy.limit(limit), mark=mark)
        for limit in limits
    )


def row_elsewhere(key: CounterKey, whom: str) -> str:
    """Return the counter of tries in a row from browsers that are not known."""
    return key(figures.PASSWORD_IN_A_ROW.name, whom)


def account_counters(key: CounterKey, user_id: UserId) -> tuple[str, ...]:
    """Return the counters that keep an account shut to browsers that are not known."""
    return key(figures.PASSWORD_OF_ACCOUNT.name, user_id), row_elsewhere(key, user_id)


def _mark(key: CounterKey, whom: str, password: Secret[str]) -> str:
    # Keyed and shortened: it recognises a repeated typing error but does not reveal it.
    return key("wrongPassword", whom, password.reveal())[-16:]
