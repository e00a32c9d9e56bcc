"""Every actor on every target: what is allowed, and what has to hold when it is written."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, RequireRoles
from proofup.directory.users import Account, Person, RequireEpoch, User, UserType
from proofup.policy.actor import Actor, ActorKind, host
from proofup.policy.may_act import check_permitted, may_act, may_act_on_somebody, permitted
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError, Proofs
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    GLOBAL_READER,
    HELP_DESK_MFA,
    HELPDESK_ADMINISTRATOR,
    PASSWORD_ADMINISTRATOR,
)
from proofup.policy.rules import Policy
from proofup.policy.target import Target
from proofup.values.clock import EPOCH
from proofup.values.errors import NotPermittedError, UnknownUserError
from proofup.values.ids import CorrelationId, UnitId, UserId

NOW = EPOCH + timedelta(days=20000)
FRESH = Proofs(first_at=NOW, second_at=NOW)
UNKNOWN = "00000000-0000-4000-8000-000000000000"
NORTH, SOUTH = UnitId("north"), UnitId("south")
RESET, REVOKE = Permission.RESET_METHODS, Permission.REVOKE_SESSIONS
BROWSE, READ, PASSWORDS = Permission.READ_USERS, Permission.READ_METHODS, Permission.SET_PASSWORDS


def held(*roles: str | Assignment) -> frozenset[Assignment]:
    return frozenset(one if isinstance(one, Assignment) else Assignment(role=one) for one in roles)


def person(
    *roles: str | Assignment,
    scopes: frozenset[Permission] | None = None,
    user_id: str = "ada",
    proofs: Proofs = FRESH,
) -> Actor:
    return Actor(
        id=user_id,
        roles=held(*roles),
        scopes=scopes,
        epoch=7,
        proofs=proofs,
        correlation_id=CorrelationId("c"),
    )


def target(
    *roles: str | Assignment,
    user_id: str = "robin",
    kind: UserType = UserType.MEMBER,
    units: Iterable[UnitId] = (),
) -> Target:
    user = User(
        id=UserId(user_id),
        user_principal_name=f"{user_id}@contoso.test",
        display_name=user_id.title(),
        user_type=kind,
        created_at=NOW,
    )
    person = Person(user, Account(user_id=user.id))
    units = frozenset(units)
    return Target(person=person, held=(), policy=Policy(), roles=held(*roles), units=units)


def of_unit(role: str, unit: UnitId = NORTH) -> Assignment:
    return Assignment(role=role, unit=unit)


def custom(*permissions: str) -> Assignment:
    return Assignment(role="made-here", permissions=frozenset(permissions))


HOST = host("user disable", CorrelationId("c"))
ADA = person(GLOBAL_ADMINISTRATOR)
DESK = person(of_unit(HELP_DESK_MFA))
MADE_HERE = person(custom("resetMethods", "of a later version", "assignRoles"))
ROWS = (
    # actor, permission, target, whether it is allowed
    (HOST, RESET, target(GLOBAL_ADMINISTRATOR), True),
    (HOST, Permission.EXPORT_USERS, None, True),
    (ADA, RESET, target(), True),
    (ADA, RESET, target(kind=UserType.GUEST), True),
    (ADA, RESET, target(GLOBAL_ADMINISTRATOR), True),  # the highest act on each other
    (ADA, RESET, target(UNKNOWN), True),
    (ADA, RESET, target(user_id="ada"), False),  # that would weaken their own proofs
    (ADA, REVOKE, target(GLOBAL_ADMINISTRATOR, user_id="ada"), True),
    (ADA, Permission.SET_RULES, None, True),
    (person(), RESET, target(), False),
    (person(), REVOKE, target(user_id="ada"), False),
    (person(), Permission.SET_RULES, None, False),
    # A role that is not known here permits nothing, and protects from all but the highest.
    (person(UNKNOWN), RESET, target(kind=UserType.GUEST), False),
    (person(GLOBAL_ADMINISTRATOR, UNKNOWN), RESET, target(GLOBAL_ADMINISTRATOR), True),
    (person(AUTHENTICATION_ADMINISTRATOR), RESET, target(UNKNOWN), False),
    # Where an application acts for a person, both must be allowed to.
    (person(GLOBAL_ADMINISTRATOR, scopes=frozenset({REVOKE})), REVOKE, target(), True),
    (person(GLOBAL_ADMINISTRATOR, scopes=frozenset({REVOKE})), RESET, target(), False),
    (person(GLOBAL_ADMINISTRATOR, scopes=frozenset()), REVOKE, None, False),
    # Of several roles, one must allow all of it.
    (
        person(HELPDESK_ADMINISTRATOR, AUTHENTICATION_ADMINISTRATOR),
        PASSWORDS,
        target(HELPDESK_ADMINISTRATOR, AUTHENTICATION_ADMINISTRATOR),
        False,
    ),
    (
        person(HELPDESK_ADMINISTRATOR, AUTHENTICATION_ADMINISTRATOR),
        RESET,
        target(HELPDESK_ADMINISTRATOR),
        False,
    ),
    # For a unit: its members who hold no role, and nobody else.
    (DESK, RESET, target(units=[NORTH, SOUTH]), True),
    (DESK, RESET, target(units=[SOUTH]), False),
    (DESK, RESET, target(), False),
    (DESK, REVOKE, None, False),
    (DESK, RESET, target(PASSWORD_ADMINISTRATOR, units=[NORTH]), False),
    (person(of_unit(AUTHENTICATION_ADMINISTRATOR)), RESET, target(units=[NORTH]), True),
    (
        person(of_unit(AUTHENTICATION_ADMINISTRATOR)),
        RESET,
        target(PASSWORD_ADMINISTRATOR, units=[NORTH]),
        False,
    ),
    (DESK, READ, target(units=[SOUTH]), False),
    (DESK, BROWSE, target(GLOBAL_ADMINISTRATOR, units=[SOUTH]), True),  # everybody can be found
    (DESK, BROWSE, None, True),
    (person(), BROWSE, target(), False),
    # A role made here: what it names, on people without a role, and no step to a higher one.
    (MADE_HERE, RESET, target(), True),
    (MADE_HERE, RESET, target(PASSWORD_ADMINISTRATOR), False),
    (MADE_HERE, REVOKE, target(), False),
    (MADE_HERE, Permission.ASSIGN_ROLES, None, False),
    (person(GLOBAL_READER), READ, target(GLOBAL_ADMINISTRATOR), True),
    (person(GLOBAL_READER), READ, target(user_id="ada"), True),
    (person(GLOBAL_READER), Permission.SEE_NUMBERS, target(), False),
)


@pytest.mark.parametrize(("actor", "permission", "whom", "is_allowed"), ROWS)
def test_AD2_SCO_01_and_02_and_04_and_05_who_may_act_on_whom(
    actor: Actor,
    permission: Permission,
    whom: Target | None,
    is_allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert may_act(actor, permission, whom) is is_allowed


def test_AD3_what_was_read_for_the_decision_is_required_again_when_it_is_written() -> None:
    mine = (
        RequireEpoch(user_id=UserId("ada"), epoch=7),
        RequireRoles(user_id=UserId("ada"), roles=held(GLOBAL_ADMINISTRATOR), at=NOW),
    )
    assert permitted(ADA, Permission.SET_RULES, at=NOW) == mine
    theirs = RequireRoles(
        user_id=UserId("robin"), roles=frozenset(), units=frozenset({NORTH}), at=NOW
    )
    assert permitted(ADA, RESET, target(units=[NORTH]), at=NOW) == (*mine, theirs)
    assert permitted(HOST, RESET, target(), at=NOW) == ()


def test_SCO_06_not_allowed_looks_like_not_there() -> None:
    with pytest.raises(UnknownUserError):
        permitted(person(), RESET, target(), at=NOW)
    with pytest.raises(UnknownUserError):
        check_permitted(person(), READ, target(), at=NOW)
    with pytest.raises(NotPermittedError):
        permitted(person(), Permission.SET_RULES, at=NOW)


@pytest.mark.parametrize(
    ("permission", "minutes"), [(RESET, 15), (REVOKE, 15), (Permission.EXPORT_USERS, 5)]
)
def test_an_administrator_gives_a_second_proof_first(permission: Permission, minutes: int) -> None:
    password_alone = person(GLOBAL_ADMINISTRATOR, proofs=Proofs(first_at=NOW))
    with pytest.raises(NotFreshError):
        permitted(password_alone, permission, target(), at=NOW)
    over = NOW + timedelta(minutes=minutes)
    assert permitted(ADA, permission, target(), at=over - timedelta(seconds=1))
    with pytest.raises(NotFreshError) as stale:
        permitted(ADA, permission, target(), at=over)
    assert (stale.value.action, stale.value.proven_at) == (permission, NOW)


def test_reading_takes_a_second_proof_too_and_it_lasts_as_long_as_the_session() -> None:
    password_alone = person(GLOBAL_ADMINISTRATOR, proofs=Proofs(first_at=NOW))
    with pytest.raises(NotFreshError):
        check_permitted(password_alone, READ, target(), at=NOW)
    check_permitted(ADA, READ, target(), at=NOW + timedelta(hours=8))
    with pytest.raises(NotFreshError):
        check_permitted(ADA, Permission.SEE_NUMBERS, target(), at=NOW + timedelta(minutes=15))


def test_an_application_finds_somebody_to_act_on_by_its_permissions_alone() -> None:
    actor = replace(host("x", CorrelationId("c")), kind=ActorKind.APPLICATION)
    assert may_act_on_somebody(replace(actor, scopes=frozenset({RESET})), RESET)
    assert not may_act_on_somebody(replace(actor, scopes=frozenset({READ})), RESET)
    assert not may_act_on_somebody(actor, RESET)
