"""Acts on applications: who may, and that nobody gets by them what they do not have."""

from collections.abc import Callable
from typing import Any

import pytest

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.credentials import (
    InvalidCredentialError,
    TooManyCredentialsError,
    UnknownCredentialError,
    add_secret,
    remove_credential,
)
from proofup.administration.applications.finding import UnknownApplicationError, find_application
from proofup.administration.applications.registering import (
    Registration,
    create_application,
    delete_application,
)
from proofup.administration.applications.rights import (
    RightKind,
    UnknownRightError,
    grant_rights,
    remove_rights,
)
from proofup.administration.applications.withdrawing import withdraw_consent
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment
from proofup.policy.actor import ActingApplication, Actor, ActorKind
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Proofs
from proofup.policy.roles import (
    APPLICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from proofup.tokens.application import Application, Redirect
from proofup.tokens.consent import SetConsent
from proofup.tokens.redirects import InvalidRedirectError
from proofup.values.errors import NotPermittedError, StaleError, UnknownUserError
from proofup.values.ids import CorrelationId
from world import World

pytestmark = pytest.mark.anyio


def administrator(world: World, *roles: str) -> Actor:
    return Actor(
        id="ada",
        roles=frozenset(Assignment(role=role) for role in roles),
        proofs=Proofs(first_at=world.now, second_at=world.now),
        correlation_id=CorrelationId("c"),
    )


def by_application(application: Application, *roles: str) -> Actor:
    return Actor(
        id=application.id,
        kind=ActorKind.APPLICATION,
        application=ActingApplication(id=application.id, epoch=application.epoch),
        scopes=frozenset(Permission),
        roles=frozenset(Assignment(role=role) for role in roles),
        correlation_id=CorrelationId("c"),
    )


async def stored(world: World, application: Application) -> Application:
    found = await world.store.applications.by_id(application.id)
    assert found
    return found


@pytest.mark.both_engines
async def test_an_application_is_registered_found_changed_and_deleted(world: World) -> None:
    acts, host = world.administration, world.host
    wanted = Registration(
        name=" Staff  site ",
        redirects=[Redirect("https://staff.test/back")],
        home_page="https://staff.test/",
    )
    new = await world.carry_out(create_application(acts, host, wanted, at=world.now))
    for called in ("staff SITE", new.id, new.object_id.upper(), new.principal_id):
        assert (await find_application(acts, called)).id == new.id
    uris = ("api://staff",)
    act = change_application(host, new, identifier_uris=uris, home_page=None, at=world.now)
    changed = await world.carry_out(act)
    assert await world.store.applications.by_uri("api://staff") == changed
    with pytest.raises(StaleError):
        await world.carry_out(change_application(host, new, name="Late", at=world.now))
    other = await world.application(name="Staff site")
    with pytest.raises(StaleError):
        await world.carry_out(change_application(host, other, identifier_uris=uris, at=world.now))
    with pytest.raises(UnknownApplicationError) as unclear:
        await find_application(acts, "Staff site")
    assert unclear.value.several
    assert len(await world.store.applications.page(most=10)) == 2
    await world.carry_out(delete_application(host, changed, at=world.now))
    with pytest.raises(StaleError):
        await world.carry_out(delete_application(host, changed, at=world.now))
    with pytest.raises(UnknownApplicationError):
        await find_application(acts, new.id)
    with pytest.raises(ValueError, match="roles"):
        change_application(host, other, roles=frozenset(), at=world.now)
    for bad in ({"home_page": "http://staff.test"}, {"sign_out_redirects": ("x",)}):
        with pytest.raises(InvalidRedirectError):
            change_application(host, other, at=world.now, **bad)


async def test_two_secrets_at_most_and_none_for_ever(world: World) -> None:
    acts, host, application = world.administration, world.host, await world.application()
    for _ in range(2):
        made = await world.carry_out(add_secret(acts, host, application, at=world.now))
        application = made.application
    with pytest.raises(TooManyCredentialsError):
        add_secret(acts, host, application, at=world.now)
    with pytest.raises(UnknownCredentialError):
        remove_credential(host, application, "another", at=world.now)
    with pytest.raises(InvalidCredentialError):
        add_secret(acts, host, application, ends_at=world.now, at=world.now)


async def test_rights_are_given_by_their_names_and_taken(world: World) -> None:
    application = await world.application()
    for kind, name in (
        (RightKind.APPLICATION, "user.read.ALL"),
        (RightKind.DELEGATED, "user.read"),
        (RightKind.ROLE, USER_ADMINISTRATOR),
    ):
        act = grant_rights(world.host, await stored(world, application), kind, [name], at=world.now)
        given = await world.carry_out(act)
    assert given.permissions == {"User.Read.All"}
    assert given.consented == {"User.Read"}
    assert given.roles == {USER_ADMINISTRATOR}
    for kind, name in (
        (RightKind.APPLICATION, "User.Read"),  # there is no such application permission
        (RightKind.DELEGATED, "Nothing"),
        (RightKind.ROLE, "Boss"),
    ):
        with pytest.raises(UnknownRightError):
            grant_rights(world.host, given, kind, [name], at=world.now)
    act = remove_rights(world.host, given, RightKind.ROLE, [USER_ADMINISTRATOR], at=world.now)
    assert (await world.carry_out(act)).epoch == given.epoch + 1


async def test_AD2_nobody_gets_rights_by_way_of_an_application(world: World) -> None:
    plain, strong = await world.application(), await world.application("User.Read.All")
    highest = await world.application(roles=frozenset({GLOBAL_ADMINISTRATOR}))
    low = administrator(world, APPLICATION_ADMINISTRATOR)
    middle = administrator(world, PRIVILEGED_ROLE_ADMINISTRATOR)
    top = administrator(world, GLOBAL_ADMINISTRATOR)

    def secret(actor: Actor, application: Application) -> Callable[[], Any]:
        return lambda: add_secret(world.administration, actor, application, at=world.now)

    def grant(actor: Actor, application: Application, kind: RightKind, name: str) -> Any:
        return lambda: grant_rights(actor, application, kind, [name], at=world.now)

    both = RightKind.APPLICATION, RightKind.ROLE
    for allowed in (
        secret(low, plain),
        secret(top, highest),
        grant(middle, plain, both[0], "User.Read.All"),
        grant(middle, plain, both[1], USER_ADMINISTRATOR),
        grant(top, plain, both[1], GLOBAL_ADMINISTRATOR),
    ):
        assert allowed().conditions
    itself = by_application(plain, GLOBAL_ADMINISTRATOR)
    for refused in (
        secret(administrator(world), plain),
        secret(low, strong),
        secret(low, highest),
        secret(middle, highest),
        grant(low, plain, both[0], "User.Read.All"),
        grant(middle, plain, both[1], GLOBAL_ADMINISTRATOR),
        grant(itself, plain, both[0], "User.Read.All"),
        grant(by_application(strong), plain, both[0], "User.Read.All"),
    ):
        with pytest.raises(NotPermittedError):
            refused()


async def test_AD9_what_one_person_allowed_is_withdrawn_by_who_may_grant_it(world: World) -> None:
    robin, client = await world.person(), await world.application(name="Staff site")
    allowed, target = frozenset({"user.read", "api/read"}), await world.target(robin.user.id)
    consent = SetConsent(user_id=robin.user.id, application_id=client.id, scopes=allowed)
    await world.store.commit(consent)
    lesser = administrator(world, APPLICATION_ADMINISTRATOR)
    with pytest.raises(UnknownUserError):
        withdraw_consent(lesser, target, client, allowed, "", at=world.now)
    act = withdraw_consent(world.host, target, client, allowed, "", at=world.now)
    await world.carry_out(act)
    assert await world.store.consents.of(robin.user.id, client.id) == {"api/read"}
    with pytest.raises(StaleError):  # it was changed meanwhile
        await world.carry_out(act)
    kept = frozenset({"api/read"})
    last = withdraw_consent(world.host, target, client, kept, "api", at=world.now)
    await world.carry_out(last)
    with pytest.raises(StaleError):
        await world.carry_out(last)
