"""The counters for a text or a call, besides the budgets of the service.

Numbers are counted with their extension, because the lines behind a switchboard are different
phones. A registered number is counted for each account that has it, so that others cannot use up
its owner's limit.
"""

from proofup.policy import figures
from proofup.policy.limits import Charge, CounterKey, Limit
from proofup.policy.rules import Policy
from proofup.values.ids import UserId
from proofup.values.names import folded_name
from proofup.values.phone_numbers import PhoneNumber


def registered_charges(
    key: CounterKey, policy: Policy, to: PhoneNumber, user_id: UserId
) -> tuple[Charge, ...]:
    """Return the counters of a number that the account has registered; an answer gives back."""
    limits = (figures.TEXT_AGAIN, figures.TEXTS_PER_HOUR, figures.TEXTS_PER_DAY)
    return tuple(_charge(key, policy, limit, str(to), user_id) for limit in limits)


def new_number_charges(
    key: CounterKey, policy: Policy, to: PhoneNumber, user_id: UserId, network: str
) -> tuple[Charge, ...]:
    """Return the counters of a number that is being registered; an answer gives back."""
    counted = (
        (figures.NEW_NUMBER_AGAIN, str(to)),
        (figures.NEW_NUMBER_PER_HOUR, str(to)),
        (figures.NEW_NUMBER_PER_DAY, str(to)),
        (figures.NEW_NUMBERS_OF_ACCOUNT, user_id),
        (figures.NEW_NUMBERS_OF_NETWORK, network),
    )
    return tuple(_charge(key, policy, limit, whom) for limit, whom in counted)


def new_address_charges(
    key: CounterKey, policy: Policy, to: str, user_id: UserId, network: str
) -> tuple[Charge, ...]:
    """Return the counters of a mail address that is being registered."""
    counted = (
        (figures.MAIL_AGAIN, folded_name(to)),
        (figures.MAILS_PER_HOUR, folded_name(to)),
        (figures.MAILS_PER_DAY, folded_name(to)),
        (figures.MAILS_OF_ACCOUNT, user_id),
        (figures.MAILS_OF_NETWORK, network),
    )
    return tuple(_charge(key, policy, limit, whom) for limit, whom in counted)


def account_charge(key: CounterKey, policy: Policy, user_id: UserId) -> Charge:
    """Return the counter of all messages that an account lets be sent, answered or not."""
    return _charge(key, policy, figures.TEXTS_OF_ACCOUNT, user_id)


def _charge(key: CounterKey, policy: Policy, limit: Limit, *whom: str) -> Charge:
    return Charge(key=key(limit.name, *whom), limit=policy.limit(limit))
