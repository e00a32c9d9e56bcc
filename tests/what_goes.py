"""What each act of an administrator takes from a person, and what it leaves: one table for doors.

The columns of *What each action removes* that exist, judged by the next sign-in. A door brings the
acts; what they may do to whom is another table.
"""

from dataclasses import dataclass, fields

from methods.test_hardware_oath import METHOD, RESPONDER, assigned, token
from proofup.authentication.app_password import Attempt, sign_in_program
from proofup.authentication.issuing import Proven
from proofup.authentication.remembering import recall
from proofup.authentication.second_proof import prove
from proofup.authentication.sessions import active_session
from proofup.directory.app_passwords import AddAppPassword, AppPassword, drawn_app_password
from proofup.directory.devices import DeviceToken
from proofup.directory.users import MfaState, Person, SetMfaState
from proofup.granting.caller import Caller
from proofup.granting.refresh import refresh
from proofup.granting.refusals import GrantRefusedError
from proofup.methods.email import KIND as EMAIL
from proofup.methods.fido2 import KIND as PASSKEY
from proofup.methods.phone import (
    ALTERNATE_MOBILE,
    OFFICE,
    SMS,
    VOICE_ALTERNATE_MOBILE,
    VOICE_OFFICE,
)
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.methods.temporary_access_pass import KIND as PASS
from proofup.policy.rules import Policy, SetPolicy
from proofup.tokens.authorization import SignedIn
from proofup.tokens.family import AddRefreshToken, Family, OpenFamily
from proofup.tokens.first_party import AZURE_CLI, FIRST_PARTY
from proofup.values.ids import (
    AppPasswordId,
    CorrelationId,
    MethodId,
    UserId,
    random_id,
    token_digest,
)
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import ELSEWHERE, PASSWORD, World

ROBIN = "robin.ashby@contoso.test"
OATH, TOKEN = Way("oath"), Way("hardwareOath")


@dataclass(frozen=True, kw_only=True)
class Left:
    """What still works: each by itself, so that a cell of the table is one word."""

    mobile: bool = True
    alternate: bool = True
    office: bool = True
    app: bool = True
    token: bool = True  # a hardware token
    passkey: bool = True
    entry_pass: bool = True
    address: bool = True  # for password resets
    password: bool = True
    session: bool = True
    browser: bool = True
    refresh: bool = True  # tokens of an application
    app_password: bool = True
    state: bool = True  # the per-user state is as it was
    profile: bool = True  # so are the numbers of the public profile

    @property
    def gone(self) -> set[str]:
        """What does not."""
        return {one.name for one in fields(self) if not getattr(self, one.name)}


METHODS = {"mobile", "alternate", "office", "app", "token"}
OPEN = {"session", "browser", "refresh"}  # an epoch ends them
GONE: dict[str, set[str]] = {
    "delete app passwords": {"app_password"},  # B
    "require re-register": METHODS | OPEN,  # D
    "revoke sessions": OPEN,  # E, and the refresh tokens of H
    "reset password": {"password"} | OPEN,  # F
    "disable per-user MFA": {"state"},  # G
    "delete the phone": {"mobile"} | OPEN,
    "block": {"browser", "app_password"},
    "forget browsers": {"browser"},  # C
    "lost device": METHODS | OPEN | {"app_password"},  # D with B, C and the end of every session
}
# Mixtures that pages offer: G with the boxes, A with B and C, and P with everything ticked.
MIXED: dict[str, set[str]] = {
    "provide contact methods again": METHODS | OPEN,  # A
    "all three boxes": METHODS | OPEN | {"app_password"},
    "disable and clear": METHODS | OPEN | {"app_password", "state"},
    "lost device with everything": METHODS
    | OPEN
    | {"app_password", "passkey", "address", "entry_pass"},
}


@dataclass(frozen=True)
class Before:
    """What the person held in hand before the act."""

    user_id: UserId
    session: str
    browser: DeviceToken
    app_password: Secret[str]
    refresh: str


async def prepared(world: World) -> Before:
    """Make a person who has everything that an act can take, but the pass, and is signed in."""
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    robin = await world.person(
        phone="+44 7700 900067", apps=1, business_phones=("+44 20 7946 0018",)
    )
    user_id = robin.user.id
    more = (("+44 7700 900012", ALTERNATE_MOBILE), ("+44 20 7946 0018", OFFICE))
    await world.store.commit(
        *(AddMethod(method=world.phone(user_id, number, slot)) for number, slot in more),
        AddMethod(method=world.candidate(EMAIL, {"mail": "r@example.org"}, user_id, "email")),
        AddMethod(method=world.candidate(PASSKEY, {"displayName": "Key"}, user_id, "fido2.1")),
        AddMethod(method=activated_token(world, user_id)),
        SetMfaState(user_id=user_id, state=MfaState.ENFORCED),
    )
    _, here = await world.challenged(ROBIN, OATH)
    code = await world.app_code(user_id)
    proven = await prove(world.sign_in, here, code, remember=True, at=world.now)
    assert isinstance(proven, Proven)
    assert proven.issued
    assert proven.issued.remembered
    letters = drawn_app_password(world.entropy)
    mail_program = AppPassword(
        id=AppPasswordId(random_id(world.entropy)),
        user_id=user_id,
        name="mail",
        digest=world.sign_in.app_password_digests(user_id, letters)[0],
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=mail_program))
    session, browser = proven.issued.token.reveal(), proven.issued.remembered.token
    return Before(user_id, session, browser, letters, await refresh_token(world, robin))


def activated_token(world: World, user_id: UserId) -> RegisteredMethod:
    """Return a hardware token that its owner has activated."""
    held = assigned(token(id=MethodId(random_id(world.entropy))), user_id)
    return RESPONDER.registered(METHOD, held)


async def refresh_token(world: World, person: Person) -> str:
    """Return a refresh token of an application that the person has signed in to."""
    stored = await world.store.people.by_id(person.user.id)
    assert stored
    signed_in = SignedIn(
        user_id=stored.user.id,
        epoch=stored.account.epoch,
        signed_in_at=world.now,
        proven_at=world.now,
        amr=("pwd", "mfa"),
    )
    family = Family(
        id=random_id(world.entropy),
        application_id=AZURE_CLI,
        signed_in=signed_in,
        scope="User.Read",
        started_at=world.now,
    )
    plain = random_id(world.entropy)
    await world.store.commit(
        OpenFamily(family=family),
        AddRefreshToken(token_digest=token_digest(plain), family_id=family.id, at=world.now),
    )
    return plain


async def is_refreshed(world: World, plain: str) -> bool:
    """Tell whether the application gets new tokens."""
    try:
        await refresh(
            world.granting,
            FIRST_PARTY[AZURE_CLI],
            plain,
            scope="",
            takes_challenges=False,
            caller=Caller(client=ELSEWHERE, correlation_id=CorrelationId("c"), at=world.now),
        )
    except GrantRefusedError:
        return False
    return True


async def left(world: World, before: Before, *, new_password: str | None = None) -> Left:
    """Return what of it works now, at the next sign-in."""
    person = await world.store.people.by_id(before.user_id)
    assert person
    password = new_password or PASSWORD
    _, here = await world.with_password(ROBIN, password=password)
    ways = {one.way for one in here.options}
    recalled = await recall(world.sign_in, here, [before.browser], at=world.now)
    held = {one.kind for one in await world.store.methods.of_user(before.user_id)}
    attempt = Attempt(
        name=ROBIN,
        password=before.app_password,
        protocol="imap",
        client=ELSEWHERE,
        correlation_id=CorrelationId(random_id(world.entropy)),
    )
    program = await sign_in_program(world.sign_in, attempt, at=world.now)
    session = await active_session(world.sign_in, before.session, at=world.now)
    return Left(
        mobile=SMS in ways,
        alternate=VOICE_ALTERNATE_MOBILE in ways,
        office=VOICE_OFFICE in ways,
        app=OATH in ways,
        token=TOKEN in ways,
        passkey=PASSKEY in held,
        entry_pass=PASS in held,
        address=EMAIL in held,
        password=new_password is None,
        session=session is not None,
        browser=recalled is not None,
        refresh=await is_refreshed(world, before.refresh),
        app_password=isinstance(program, Person),
        state=person.account.mfa_state is MfaState.ENFORCED,
        profile=person.user.business_phones == ("+44 20 7946 0018",),
    )
