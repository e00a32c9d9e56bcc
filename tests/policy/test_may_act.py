"""Every actor on every target: what is allowed, and what has to hold when it is written."""

from datetime import timedelta

import pytest

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, RequireRoles
from proofup.directory.users import Account, Person, RequireEpoch, User, UserType
from proofup.policy.actor import Actor, host
from proofup.policy.may_act import may_act, permitted
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError, Proofs
from proofup.policy.roles import GUEST, HIGHEST, USER, rank_of_actor, rank_of_target
from proofup.policy.rules import Policy
from proofup.policy.target import Target
from proofup.values.clock import EPOCH
from proofup.values.errors import NotPermittedError, UnknownUserError
from proofup.values.ids import CorrelationId, UserId

NOW = EPOCH + timedelta(days=20000)
FRESH = Proofs(first_at=NOW, second_at=NOW)
ADMINISTRATOR = frozenset({GLOBAL_ADMINISTRATOR})
UNKNOWN = frozenset({"00000000-0000-4000-8000-000000000000"})
NOBODY = frozenset[str]()
RESET, REVOKE = Permission.RESET_METHODS, Permission.REVOKE_SESSIONS


def person(
    roles: frozenset[str],
    scopes: frozenset[Permission] | None = None,
    *,
    user_id: str = "ada",
    proofs: Proofs = FRESH,
) -> Actor:
    return Actor(
        id=user_id,
        roles=roles,
        scopes=scopes,
        epoch=7,
        proofs=proofs,
        correlation_id=CorrelationId("c"),
    )


def target(
    roles: frozenset[str] = NOBODY, *, user_id: str = "robin", kind: UserType = UserType.MEMBER
) -> Target:
    user = User(
        id=UserId(user_id),
        user_principal_name=f"{user_id}@contoso.test",
        display_name=user_id.title(),
        user_type=kind,
        created_at=NOW,
    )
    account = Account(user_id=user.id)
    return Target(person=Person(user, account), held=(), policy=Policy(), roles=roles)


HOST = host("user disable", CorrelationId("c"))
ADA = person(ADMINISTRATOR)
ROWS = (
    # actor, permission, target, whether it is allowed
    (HOST, RESET, target(ADMINISTRATOR), True),
    (HOST, Permission.EXPORT_USERS, None, True),
    (ADA, RESET, target(), True),
    (ADA, RESET, target(kind=UserType.GUEST), True),
    (ADA, RESET, target(ADMINISTRATOR), True),  # the highest act on each other
    (ADA, RESET, target(UNKNOWN), True),
    (ADA, RESET, target(user_id="ada"), False),  # that would weaken their own proofs
    (ADA, REVOKE, target(ADMINISTRATOR, user_id="ada"), True),
    (ADA, Permission.SET_RULES, None, True),
    (person(NOBODY), RESET, target(), False),
    (person(NOBODY), REVOKE, target(user_id="ada"), False),
    (person(NOBODY), Permission.SET_RULES, None, False),
    (person(UNKNOWN), RESET, target(kind=UserType.GUEST), False),
    (person(ADMINISTRATOR | UNKNOWN), RESET, target(ADMINISTRATOR), True),
    (person(ADMINISTRATOR, frozenset({REVOKE})), REVOKE, target(), True),
    (person(ADMINISTRATOR, frozenset({REVOKE})), RESET, target(), False),
    (person(ADMINISTRATOR, frozenset()), REVOKE, None, False),
)


@pytest.mark.parametrize(("actor", "permission", "whom", "is_allowed"), ROWS)
def test_AD2_who_may_act_on_whom(
    actor: Actor,
    permission: Permission,
    whom: Target | None,
    is_allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert may_act(actor, permission, whom) is is_allowed


def test_AD2_an_unknown_role_protects_like_the_highest_and_gives_no_rank() -> None:
    user = target().person.user
    assert rank_of_actor(UNKNOWN) == GUEST
    assert rank_of_actor(NOBODY) == USER
    assert rank_of_actor(ADMINISTRATOR) == HIGHEST
    assert rank_of_target(user, UNKNOWN) == HIGHEST
    assert rank_of_target(user, NOBODY) == USER
    assert rank_of_target(target(kind=UserType.GUEST).person.user, NOBODY) == GUEST


def test_AD3_what_was_read_for_the_decision_is_required_again_when_it_is_written() -> None:
    mine = (
        RequireEpoch(user_id=UserId("ada"), epoch=7),
        RequireRoles(user_id=UserId("ada"), roles=ADMINISTRATOR),
    )
    assert permitted(ADA, Permission.SET_RULES, at=NOW) == mine
    theirs = RequireRoles(user_id=UserId("robin"), roles=NOBODY)
    assert permitted(ADA, RESET, target(), at=NOW) == (*mine, theirs)
    assert permitted(HOST, RESET, target(), at=NOW) == ()


def test_not_allowed_looks_like_not_there() -> None:
    with pytest.raises(UnknownUserError):
        permitted(person(NOBODY), RESET, target(), at=NOW)
    with pytest.raises(NotPermittedError):
        permitted(person(NOBODY), Permission.SET_RULES, at=NOW)


@pytest.mark.parametrize(
    ("permission", "minutes"), [(RESET, 15), (REVOKE, 15), (Permission.EXPORT_USERS, 5)]
)
def test_an_administrator_gives_a_second_proof_first(permission: Permission, minutes: int) -> None:
    password_alone = person(ADMINISTRATOR, proofs=Proofs(first_at=NOW))
    with pytest.raises(NotFreshError):
        permitted(password_alone, permission, target(), at=NOW)
    over = NOW + timedelta(minutes=minutes)
    assert permitted(ADA, permission, target(), at=over - timedelta(seconds=1))
    with pytest.raises(NotFreshError) as stale:
        permitted(ADA, permission, target(), at=over)
    assert (stale.value.action, stale.value.proven_at) == (permission, NOW)
