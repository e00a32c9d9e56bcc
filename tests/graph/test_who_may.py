"""Who may do what to whom by Graph, judged by the effect: principal by principal."""

import pytest
from msgspec import Struct

from graph.conftest import Calls
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.units import AddMember, AddUnit, Unit
from proofup.directory.users import Person
from proofup.policy.roles import AUTHENTICATION_ADMINISTRATOR, HELPDESK_ADMINISTRATOR
from proofup.values.ids import UnitId, UserId
from world import World

pytestmark = pytest.mark.anyio
WRITE, POLICY = "UserAuthenticationMethod.ReadWrite.All", "Policy.ReadWrite.AuthenticationMethod"
SCOPES = (WRITE, POLICY, "User.ReadWrite.All", "User.RevokeSessions.All")
UNIT = Unit(id=UnitId("3b5de1d0-0000-4000-8000-000000000001"), name="Boats")
PASSWORD = "28c10230-6103-485e-b985-444c60001490"
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"


class Deed(Struct, frozen=True, kw_only=True):
    """One call that changes somebody, or reads of them."""

    verb: str
    path: str
    body: object = None


DEEDS = {
    "list": Deed(verb="GET", path="/v1.0/users/{}/authentication/methods"),
    "delete": Deed(verb="DELETE", path=f"/v1.0/users/{{}}/authentication/phoneMethods/{MOBILE}"),
    "change": Deed(
        verb="PATCH",
        path=f"/v1.0/users/{{}}/authentication/phoneMethods/{MOBILE}",
        body={"phoneNumber": "+44 7700900099"},
    ),
    "add": Deed(
        verb="POST",
        path="/v1.0/users/{}/authentication/phoneMethods",
        body={"phoneNumber": "+44 7700900098", "phoneType": "office"},
    ),
    "pass": Deed(verb="POST", path="/v1.0/users/{}/authentication/temporaryAccessPassMethods"),
    "password": Deed(
        verb="POST", path=f"/v1.0/users/{{}}/authentication/methods/{PASSWORD}/resetPassword"
    ),
    "revoke": Deed(verb="POST", path="/v1.0/users/{}/revokeSignInSessions"),
    "state": Deed(
        verb="PATCH",
        path="/beta/users/{}/authentication/requirements",
        body={"perUserMfaState": "enforced"},
    ),
    "reset": Deed(verb="POST", path="/beta/users/{}/authentication/requireReregistration"),
}
NOTHING = frozenset[str]()
EVERYTHING = frozenset(DEEDS)
PASSWORDS = frozenset({"password", "revoke"})
# What each principal may do to a user, to a peer, to a global administrator, outside the unit.
MAY: dict[str, tuple[frozenset[str], ...]] = {
    "nobody": (NOTHING, NOTHING, NOTHING),
    "application without scope": (NOTHING, NOTHING, NOTHING),
    "application": (EVERYTHING - {"password"}, NOTHING, NOTHING),
    "user": (NOTHING, NOTHING, NOTHING),
    "help desk": (PASSWORDS, NOTHING, NOTHING),
    "authentication administrator": (EVERYTHING, EVERYTHING, NOTHING),
    "global administrator": (EVERYTHING, EVERYTHING, EVERYTHING),
    "administrator of another unit": (NOTHING, NOTHING, NOTHING),
    "administrator of the unit": (EVERYTHING, NOTHING, NOTHING),
    "administrator without scope": (NOTHING, NOTHING, NOTHING),
    "administrator without second proof": (NOTHING, NOTHING, NOTHING),
}
TARGETS = {"user": 0, "peer": 1, "global": 2}


async def token_of(world: World, principal: str) -> str | None:
    """Return the token that a principal calls with."""
    if principal == "nobody":
        return None
    if principal == "application without scope":
        return await world.app_token("User.Read.All")
    if principal == "application":
        return await world.app_token(*SCOPES)
    roles = {
        "help desk": (HELPDESK_ADMINISTRATOR, None),
        "authentication administrator": (AUTHENTICATION_ADMINISTRATOR, None),
        "administrator of the unit": (AUTHENTICATION_ADMINISTRATOR, UNIT.id),
        "administrator of another unit": (AUTHENTICATION_ADMINISTRATOR, UnitId("another")),
        "user": None,
    }
    caller = await world.person("caller@contoso.test", apps=1)
    role = roles.get(principal, (GLOBAL_ADMINISTRATOR, None))
    if role is not None:
        another = Unit(id=UnitId("another"), name="Another")
        await world.store.commit(AddUnit(unit=another))
        change = AssignRole(user_id=caller.user.id, role=role[0], unit=role[1])
        await world.store.commit(change)
    scopes = ("User.Read",) if principal == "administrator without scope" else SCOPES
    has_proof = principal != "administrator without second proof"
    return await world.user_token(caller, *scopes, mfa=has_proof)


async def target_of(world: World, kind: str) -> Person:
    """Add the one to whom it is done, in the unit."""
    robin = await world.person(phone="+44 7700 900067", apps=1)
    await world.store.commit(AddUnit(unit=UNIT), AddMember(unit=UNIT.id, user_id=robin.user.id))
    role = {"peer": AUTHENTICATION_ADMINISTRATOR, "global": GLOBAL_ADMINISTRATOR}.get(kind)
    if role is not None:
        await world.store.commit(AssignRole(user_id=robin.user.id, role=role))
    return robin


async def mark(world: World, user_id: UserId) -> object:
    """Return all that the deeds could change."""
    held = await world.store.methods.of_user(user_id)
    return (
        await world.store.people.by_id(user_id),
        sorted((one.id, one.document) for one in held),
        await world.store.passwords.of_user(user_id),
    )


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("principal", MAY)
async def test_AD2_a_call_has_its_effect_for_those_who_may_and_none_for_others(
    world: World, calls: Calls, principal: str, kind: str
) -> None:
    target = await target_of(world, kind)
    caller, may = calls(await token_of(world, principal)), MAY[principal][TARGETS[kind]]
    for name, deed in DEEDS.items():
        before = await mark(world, target.user.id)
        path = deed.path.format(target.user.id)
        answer = await caller.call(deed.verb, path, deed.body)
        is_done = answer.status < 400 or answer.status == 404
        assert is_done is (name in may), (name, answer.text)
        changed = await mark(world, target.user.id) != before
        assert changed <= (name in may - {"list"}), name
        if not is_done:
            assert answer.status in {401, 403}, name
