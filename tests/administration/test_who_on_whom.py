"""Microsoft's table of who acts on whose holders, each cell by what then works and what not.

The columns are those of *Who can reset passwords*; acts on methods and accounts follow the same
lists. The host gives the roles, so that no rank of this table is used to make it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from administration.conftest import acting
from proofup.administration.create_role import create_role
from proofup.administration.reset_methods import reset_methods
from proofup.administration.reset_password import reset_password
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.authentication.password import PasswordRefusal, PasswordRefused, submit_password
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import Person
from proofup.policy import roles as named
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.policy.roles import BUILT_IN, ROLES
from proofup.values.errors import UnknownUserError
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
PA, HD, UA = (
    named.PASSWORD_ADMINISTRATOR,
    named.HELPDESK_ADMINISTRATOR,
    named.USER_ADMINISTRATOR,
)
AA, PAA = (
    named.AUTHENTICATION_ADMINISTRATOR,
    named.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
)
GA, DESK = GLOBAL_ADMINISTRATOR, named.HELP_DESK_MFA
CUSTOM = "a role made here"
NEW = "a mended umbrella stand"

COLUMNS = (PA, HD, AA, UA, PAA, GA)
TABLE: tuple[tuple[Sequence[str], str], ...] = (
    ((), "yyyyyy"),  # TGT-01
    ((named.DIRECTORY_READERS,), "yyyyyy"),  # TGT-02
    ((named.GUEST_INVITER,), "yyyyyy"),
    ((PA,), "yyyyyy"),  # TGT-03
    ((named.MESSAGE_CENTER_READER,), "nyyyyy"),  # TGT-04
    ((named.REPORTS_READER,), "nyyyyy"),
    ((named.USAGE_SUMMARY_REPORTS_READER,), "nyyyyy"),
    ((named.USER_EXPERIENCE_SUCCESS_MANAGER,), "nyyyyy"),
    ((HD,), "nynyyy"),  # TGT-05
    ((AA,), "nnynyy"),  # TGT-06
    ((UA,), "nnnyyy"),  # TGT-07
    ((named.GROUPS_ADMINISTRATOR,), "nnnyyy"),
    ((GA,), "nnnnyy"),  # TGT-08
    ((PAA,), "nnnnyy"),
    ((named.PRIVILEGED_ROLE_ADMINISTRATOR,), "nnnnyy"),
    ((named.AUTHENTICATION_POLICY_ADMINISTRATOR,), "nnnnyy"),  # TGT-11
    ((named.SECURITY_ADMINISTRATOR,), "nnnnyy"),
    ((named.APPLICATION_ADMINISTRATOR,), "nnnnyy"),
    ((named.CLOUD_APPLICATION_ADMINISTRATOR,), "nnnnyy"),
    ((named.SECURITY_READER,), "nnnnyy"),
    ((named.GLOBAL_READER,), "nnnnyy"),
    ((DESK,), "nnnnyy"),
    ((CUSTOM,), "nnnnyy"),
    (("a role of a later version",), "nnnnyy"),
    # Of several, each must be in the list.
    ((named.DIRECTORY_READERS, named.GUEST_INVITER), "yyyyyy"),
    ((PA, HD), "nynyyy"),
    ((HD, AA), "nnnnyy"),
    ((named.DIRECTORY_READERS, GA), "nnnnyy"),
)


class Cell(NamedTuple):
    """A target with the roles of one row, and whether the actor may act on it."""

    person: Person
    is_allowed: bool
    row: str


async def cells(world: World, column: str) -> list[Cell]:
    """Make a target for each row; ``column`` is the actor's role, or the letters of one."""
    role = await world.carry_out(
        create_role(world.administration, world.host, CUSTOM, ["readUsers"], at=world.now)
    )
    found = []
    for number, (roles, letters) in enumerate(TABLE):
        person = await world.person(f"target.{number}@contoso.test", mail=None, apps=1)
        for one in roles:
            held = role.id if one == CUSTOM else one
            await world.store.commit(AssignRole(user_id=person.user.id, role=held))
        letter = letters[COLUMNS.index(column)] if column in COLUMNS else "yn"[bool(roles)]
        row = ", ".join(ROLES[one].name if one in ROLES else one for one in roles)
        found.append(Cell(person, letter == "y", row))
    return found


async def actor_with(world: World, *roles: str) -> Actor:
    person = await world.person("actor@contoso.test", mail=None)
    for one in roles:
        await world.store.commit(AssignRole(user_id=person.user.id, role=one))
    return await acting(world, person)


async def refusal(world: World, person: Person, password: str) -> PasswordRefusal | None:
    """Return why the next sign-in is refused at the password, or None."""
    _, sign_in = await world.begin(person.user.user_principal_name)
    outcome = await submit_password(world.sign_in, sign_in, Secret(password), at=world.now)
    return outcome.because if isinstance(outcome, PasswordRefused) else None


def test_every_role_there_is_stands_in_the_table() -> None:
    assert {one.id for one in BUILT_IN} <= {role for roles, _ in TABLE for role in roles}


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: ROLES[role].name)
async def test_AD2_TGT_01_to_08_and_11_who_gives_whom_another_password(
    world: World, role: str
) -> None:
    actor = await actor_with(world, role)
    for whom, is_allowed, row in await cells(world, role):
        target = await world.target(whom.user.id)
        try:
            act = await reset_password(
                world.administration, actor, target, Secret(NEW), at=world.now
            )
            await world.carry_out(act)
        except UnknownUserError:
            assert not is_allowed, row
        opens, shut = (NEW, PASSWORD) if is_allowed else (PASSWORD, NEW)
        assert await refusal(world, whom, opens) is None, row
        assert await refusal(world, whom, shut) is PasswordRefusal.WRONG, row


@pytest.mark.parametrize("role", [AA, UA, PAA, GA], ids=lambda role: ROLES[role].name)
async def test_AD2_TGT_01_to_08_and_11_who_keeps_whom_out(world: World, role: str) -> None:
    actor = await actor_with(world, role)
    for whom, is_allowed, row in await cells(world, role):
        target = await world.target(whom.user.id)
        if GA in {one.role for one in target.roles}:  # they would be the last
            other = await world.person(f"for.{whom.user.user_principal_name}", mail=None)
            await world.store.commit(AssignRole(user_id=other.user.id, role=GA))
        try:
            await world.carry_out(set_account_enabled(actor, target, enabled=False, at=world.now))
        except UnknownUserError:
            assert not is_allowed, row
        expected = PasswordRefusal.DISABLED if is_allowed else None
        assert await refusal(world, whom, PASSWORD) is expected, row


@pytest.mark.parametrize("role", [AA, PAA, GA, DESK], ids=lambda role: ROLES[role].name)
async def test_AD2_TGT_01_to_08_and_11_who_makes_whom_register_again(
    world: World, role: str
) -> None:
    actor = await actor_with(world, role)
    for whom, is_allowed, row in await cells(world, role):
        target = await world.target(whom.user.id)
        try:
            await world.carry_out(
                reset_methods(world.administration, actor, target, "Lost", at=world.now)
            )
        except UnknownUserError:
            assert not is_allowed, row
        _, here = await world.with_password(whom.user.user_principal_name)
        assert bool(here.options) is not is_allowed, row


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda role: role.name)
async def test_AD2_a_role_that_does_not_permit_it_does_it_to_nobody(
    world: World, role: named.DirectoryRole
) -> None:
    actor = await actor_with(world, role.id)
    whom = await world.person("target@contoso.test", mail=None, apps=1)
    target = await world.target(whom.user.id)
    if Permission.SET_PASSWORDS not in role.permissions:
        with pytest.raises(UnknownUserError):
            await reset_password(world.administration, actor, target, Secret(NEW), at=world.now)
    if Permission.RESET_METHODS not in role.permissions:
        with pytest.raises(UnknownUserError):
            reset_methods(world.administration, actor, target, "Lost", at=world.now)
    if Permission.ENABLE_ACCOUNTS not in role.permissions:
        with pytest.raises(UnknownUserError):
            set_account_enabled(actor, target, enabled=False, at=world.now)
    assert await refusal(world, whom, PASSWORD) is None
