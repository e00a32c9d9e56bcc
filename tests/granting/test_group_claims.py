"""Groups in the tokens of an application whose record asks for them."""

import pytest

from journeys.test_code_flow import claims
from proofup.directory.groups import AddGroup, AddToGroup, Group
from proofup.directory.users import Person
from proofup.granting.group_claims import MOST
from proofup.granting.issuing import Holding, tokens_for
from proofup.granting.scopes import scopes_for
from proofup.tokens.application import Application, ExposedScope, GroupClaims
from proofup.tokens.authorization import SignedIn
from proofup.values.ids import GroupId, random_id
from world import World

pytestmark = pytest.mark.anyio


async def in_groups(world: World, person: Person, number: int) -> list[str]:
    ids = [GroupId(random_id(world.entropy)) for _ in range(number)]
    for id_ in ids:
        group = Group(id=id_, name="Pilots", mail_nickname="pilots", created_at=world.now)
        joining = AddToGroup(group_id=id_, user_id=person.user.id)
        await world.store.commit(AddGroup(group=group), joining)
    return sorted(ids)


async def told(
    world: World, person: Person, application: Application, scope: str
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the claims of the ID token and of the access token."""
    signed_in = SignedIn(
        user_id=person.user.id,
        epoch=person.account.epoch,
        signed_in_at=world.now,
        proven_at=None,
        amr=("pwd",),
    )
    holding = Holding(
        person=person, application=application, signed_in=signed_in, family_id="family"
    )
    scopes = await scopes_for(world.granting, application, person.user.id, scope)
    made = await tokens_for(
        world.granting,
        holding,
        scopes,
        refresh_token=None,
        takes_challenges=False,
        at=world.now,
    )
    assert made.id_token
    return claims(made.id_token.reveal()), claims(made.access.access_token.reveal())


async def test_a_token_tells_the_groups_to_whom_its_record_asks(world: World) -> None:
    robin = await world.person()
    groups = await in_groups(world, robin, 2)
    api = await world.application(
        group_claims=GroupClaims.ALL,
        exposed_scopes=(ExposedScope(id="s-1", value="Files.Read", name="Read files"),),
    )
    site = await world.application(group_claims=GroupClaims.SECURITY)
    of_site, for_api = await told(world, robin, site, f"openid api://{api.id}/Files.Read")
    assert of_site["groups"] == for_api["groups"] == groups
    _, for_graph = await told(world, robin, site, "openid User.Read")
    assert "groups" not in for_graph
    silent, _ = await told(world, robin, await world.application(), "openid User.Read")
    assert "groups" not in silent


async def test_whoever_is_in_too_many_groups_is_looked_up_by_graph(world: World) -> None:
    robin = await world.person()
    await in_groups(world, robin, MOST + 1)
    site = await world.application(group_claims=GroupClaims.SECURITY)
    found, _ = await told(world, robin, site, "openid User.Read")
    assert "groups" not in found
    assert found["_claim_names"] == {"groups": "src1"}
    endpoint = f"https://id.contoso.test/v1.0/users/{robin.user.id}/getMemberObjects"
    assert found["_claim_sources"] == {"src1": {"endpoint": endpoint}}
