"""The first page: any name starts a sign-in, known or not."""

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from proofup.audit.events.service import ProxyNotNamed
from proofup.authentication.browsers import known_browser
from proofup.authentication.continuing import sign_in_before
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import LIFETIME, OpenSignIn, SignIn
from proofup.challenges.brakes import commit, tell_once
from proofup.directory.users import Person
from proofup.policy.limits import Charge, CountTries
from proofup.policy.proofs import Proofs
from proofup.policy.sign_in_tries import browser_charge, network_charge
from proofup.values.client import Client
from proofup.values.errors import InvalidNameError
from proofup.values.ids import CorrelationId, SignInId, random_id, token_digest
from proofup.values.names import canonical_name, spelled_name


async def submit_name(
    ports: Ports,
    token: str,
    typed: str,
    *,
    return_to: str | None,
    before: str | None = None,
    browser: str | None = None,
    client: Client,
    language: str,
    at: datetime,
) -> SignIn:
    """Open a sign-in for the name a person typed, bound to their browser's ``token``.

    A name that nobody can have opens one too, for nobody: the answer is the same for all.
    ``before`` is the token that the browser had, and ``browser`` the one by which it shows that
    the account has signed in in it. Raises LimitReachedError where one network opens too many, or
    one known browser.
    """
    try:
        name = canonical_name(typed)
        person = await ports.people.by_name(name)
    except InvalidNameError:
        name, person = " ".join(spelled_name(typed).split())[:64], None
    return await open_sign_in(
        ports,
        token,
        name,
        person,
        return_to=return_to,
        before=before,
        browser=browser,
        client=client,
        language=language,
        at=at,
    )


async def open_sign_in(
    ports: Ports,
    token: str,
    name: str,
    person: Person | None,
    *,
    return_to: str | None,
    before: str | None,
    browser: str | None,
    client: Client,
    language: str,
    at: datetime,
) -> SignIn:
    """Open a sign-in of ``person``, or of nobody, as ``submit_name`` does."""
    sign_in = SignIn(
        id=SignInId(random_id(ports.room.entropy)),
        token_digest=token_digest(token),
        name=name,  # as typed: the stored spelling would reveal that the name exists
        user_id=person.user.id if person else None,
        epoch=person.account.epoch if person else 0,
        proofs=Proofs(),
        follows=await sign_in_before(ports, before, person.user.id if person else None),
        return_to=return_to,
        correlation_id=CorrelationId(random_id(ports.room.entropy)),
        client=client,
        language=language,
        started_at=at,
        expires_at=at + LIFETIME,
    )
    charge = await _charge(ports, sign_in, browser, at=at)
    await commit(
        ports.room,
        partial(record, sign_in, succeeded=False, at=at),
        CountTries(charges=(charge,), at=at),
        OpenSignIn(sign_in=sign_in),
        at=at,
    )
    if client.proxy:
        await _tell_of_proxy(ports, sign_in, client.proxy, at=at)
    return sign_in


async def _tell_of_proxy(ports: Ports, sign_in: SignIn, proxy: str, *, at: datetime) -> None:
    """Tell that people share the address of ``proxy``, which is nothing that the user did."""
    event = ProxyNotNamed(proxy=proxy)
    entry = replace(record(sign_in, event, succeeded=False, at=at), actor="anonymous", target=None)
    await tell_once(ports.room, event.word, proxy, entry, at=at)


async def _charge(ports: Ports, sign_in: SignIn, browser: str | None, *, at: datetime) -> Charge:
    """Return what the sign-in is counted against: others of a network stop no known browser."""
    key, policy = ports.room.counter_key, await ports.room.policies.current()
    known = await known_browser(ports, sign_in, browser, at=at)
    if known is not None:
        return browser_charge(key, policy, known.id)
    return network_charge(key, policy, sign_in.client)
