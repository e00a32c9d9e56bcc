"""The actors, subscribers and parts for tests of method changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType

from msgspec import Struct

from planted import WITH_PASS
from proofup.directory.organisation import Organisation
from proofup.directory.users import Account, MfaState, Person, User
from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Carrier
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.notices.notifying import Notifier
from proofup.policy.actor import Actor, host
from proofup.policy.budgets import Budget
from proofup.policy.limits import CounterKey
from proofup.policy.rules import Policy
from proofup.policy.subscriber import Subscriber
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, MethodId, UserId
from proofup.values.ways import Way

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
ROBIN = UserId("robin")
HOME = Client(address="203.0.113.24", agent="Mozilla/5.0 (Windows NT 10.0) Chrome/156.0")
OWNER = Actor(id=ROBIN, correlation_id=CorrelationId("c"), client=HOME)
ADMINISTRATOR = Actor(id="ada", correlation_id=CorrelationId("c"), client=HOME)
HOST = host("user something", CorrelationId("c"))
PHONE = "+44 7700 900067"

numbers = count(1)


def entropy(wanted: int) -> bytes:
    return next(numbers).to_bytes(wanted, "big")


def plain_key(limit: str, *whom: str) -> str:
    return " ".join((limit, *whom))


class Tools(Struct, frozen=True):
    """The parts that a change needs."""

    catalogue: Catalogue = WITH_PASS
    served: frozenset[Way] = WITH_PASS.ways
    budgets: Mapping[Carrier, Budget] = MappingProxyType({Carrier.TEXTS: Budget()})
    counter_key: CounterKey = plain_key
    notifier: Notifier = Notifier(
        organisation=Organisation(name="Contoso"),
        languages=Catalogues(),
        not_me_url=lambda token: f"https://id.contoso.test/not-me/{token}",
        entropy=entropy,
    )


TOOLS = Tools()


def phone(number: str = PHONE, slot: str = "phone.mobile") -> RegisteredMethod:
    return TOOLS.catalogue.registrable[MethodKind("phone")].candidate(
        {"number": number, "extension": "", "way": "sms"},
        NewMethod(id=MethodId(f"m-{next(numbers)}"), user_id=ROBIN, slot=slot, at=NOW),
        entropy,
    )


def app(slot: str = "oath.1") -> RegisteredMethod:
    return TOOLS.catalogue.registrable[MethodKind("softwareOath")].candidate(
        {"name": "Robin's Pixel"},
        NewMethod(id=MethodId(f"m-{next(numbers)}"), user_id=ROBIN, slot=slot, at=NOW),
        entropy,
    )


def robin(
    *held: RegisteredMethod,
    default: Way | None = None,
    state: MfaState = MfaState.DISABLED,
    ways: Sequence[str] | None = None,
) -> Subscriber:
    user = User(
        id=ROBIN,
        user_principal_name="robin.ashby@contoso.test",
        display_name="Robin Ashby",
        mail="robin@fabrikam.test",
        created_at=NOW,
    )
    account = Account(user_id=ROBIN, default_way=default, mfa_state=state)
    policy = Policy(ways=None if ways is None else frozenset(map(Way, ways)))
    return Subscriber(person=Person(user, account), held=held, policy=policy)
