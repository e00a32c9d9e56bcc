"""What each act of an administrator takes from a person, and what it leaves: one table for doors.

The columns of *What each action removes* that exist, judged by the next sign-in. A door brings the
acts; what they may do to whom is another table.
"""

from dataclasses import dataclass, fields

from proofup.authentication.issuing import Proven
from proofup.authentication.remembering import recall
from proofup.authentication.second_proof import prove
from proofup.authentication.sessions import active_session
from proofup.directory.devices import DeviceToken
from proofup.directory.users import MfaState, SetMfaState
from proofup.methods.phone import (
    ALTERNATE_MOBILE,
    OFFICE,
    SMS,
    VOICE_ALTERNATE_MOBILE,
    VOICE_OFFICE,
)
from proofup.methods.protocol import AddMethod
from proofup.methods.temporary_access_pass import KIND as PASS
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import UserId
from proofup.values.ways import Way
from world import PASSWORD, World

ROBIN = "robin.ashby@contoso.test"
OATH = Way("oath")


@dataclass(frozen=True, kw_only=True)
class Left:
    """What still works: each by itself, so that a cell of the table is one word."""

    mobile: bool = True
    alternate: bool = True
    office: bool = True
    app: bool = True
    entry_pass: bool = True
    password: bool = True
    session: bool = True
    browser: bool = True
    state: bool = True  # the per-user state is as it was
    profile: bool = True  # so are the numbers of the public profile

    @property
    def gone(self) -> set[str]:
        """What does not."""
        return {one.name for one in fields(self) if not getattr(self, one.name)}


METHODS = {"mobile", "alternate", "office", "app"}
OPEN = {"session", "browser"}  # an epoch ends both
GONE = {
    "require re-register": METHODS | OPEN,  # D
    "revoke sessions": OPEN,  # E, and the refresh tokens of H
    "reset password": {"password"} | OPEN,  # F
    "disable per-user MFA": {"state"},  # G
    "delete the phone": {"mobile"} | OPEN,
    "block": {"browser"},
    "forget browsers": {"browser"},  # C
    "lost device": METHODS | OPEN,  # D with C and the end of every session
}


@dataclass(frozen=True)
class Before:
    """What the person held in hand before the act."""

    user_id: UserId
    session: str
    browser: DeviceToken


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
        SetMfaState(user_id=user_id, state=MfaState.ENFORCED),
    )
    _, here = await world.challenged(ROBIN, OATH)
    code = await world.app_code(user_id)
    proven = await prove(world.sign_in, here, code, remember=True, at=world.now)
    assert isinstance(proven, Proven)
    assert proven.issued
    assert proven.issued.remembered
    return Before(user_id, proven.issued.token.reveal(), proven.issued.remembered.token)


async def left(world: World, before: Before, *, new_password: str | None = None) -> Left:
    """Return what of it works now, at the next sign-in."""
    person = await world.store.people.by_id(before.user_id)
    assert person
    password = new_password or PASSWORD
    _, here = await world.with_password(ROBIN, password=password)
    ways = {one.way for one in here.options}
    recalled = await recall(world.sign_in, here, [before.browser], at=world.now)
    held = {one.kind for one in await world.store.methods.of_user(before.user_id)}
    session = await active_session(world.sign_in, before.session, at=world.now)
    return Left(
        mobile=SMS in ways,
        alternate=VOICE_ALTERNATE_MOBILE in ways,
        office=VOICE_OFFICE in ways,
        app=OATH in ways,
        entry_pass=PASS in held,
        password=new_password is None,
        session=session is not None,
        browser=recalled is not None,
        state=person.account.mfa_state is MfaState.ENFORCED,
        profile=person.user.business_phones == ("+44 20 7946 0018",),
    )
