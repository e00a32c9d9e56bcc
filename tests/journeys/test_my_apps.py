"""My Apps: the tiles of applications, and who sees them."""

import pytest

from journeys.steps import PHONE, by_text
from journeys.test_code_flow import asks, opens, site
from proofup.administration.applications.assigning import (
    Principal,
    UnknownAppRoleError,
    assign_application,
    unassign_application,
)
from proofup.administration.applications.changing import change_application
from proofup.administration.applications.registering import delete_application
from proofup.tokens.application import AppRole
from proofup.values.errors import StaleError
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
HOME_PAGE = "https://staff.contoso.test/"
READER = AppRole(id="r-1", value="Reader", name="Reader", members=frozenset({"User"}))


async def test_a_tile_leads_to_the_application(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    application = await site(world, home_page=HOME_PAGE, description="Claims and receipts")
    await world.application(name="Without a tile")
    page = await by_text(visitor, world, start="/myapps")
    assert f'href="{HOME_PAGE}"' in page.html
    assert "Claims and receipts" in page.text
    assert "Without a tile" not in page.text
    assert "Staff site" in (await visitor.open("/myapps?q=STAFF")).text
    assert "No app of this name" in (await visitor.open("/myapps?q=payroll")).text
    act = change_application(world.host, application, enabled=False, at=world.now)
    await world.carry_out(act)
    assert "Nothing assigned yet" in (await visitor.open("/myapps")).text


@pytest.mark.both_engines
async def test_an_application_that_needs_an_assignment_is_for_those_who_have_one(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    application = await site(world, home_page=HOME_PAGE, needs_assignment=True, app_roles=(READER,))
    page = await by_text(visitor, world, start="/myapps")
    assert "Staff site" not in page.text
    refused = await opens(visitor, asks(world, application))
    assert "50105" in refused.text
    acts, principal = world.administration, Principal(user_id=robin.user.id)
    with pytest.raises(UnknownAppRoleError):
        assign_application(acts, world.host, application, principal, app_role="x", at=world.now)
    act = assign_application(
        acts, world.host, application, principal, app_role=READER.id, at=world.now
    )
    assignment = await world.carry_out(act)
    with pytest.raises(StaleError):
        await world.carry_out(
            assign_application(
                acts, world.host, application, principal, app_role=READER.id, at=world.now
            )
        )
    assert "Staff site" in (await visitor.open("/myapps")).text
    answer = await opens(visitor, asks(world, application))
    assert answer.headers["location"].startswith("https://staff.contoso.test/signed-in?")
    rows = world.store.assignments
    assert await rows.by_id(assignment.id) == assignment
    assert list(await rows.of_application(application.id, most=5)) == [assignment]
    assert list(await rows.of_principal(robin.user.id, most=5)) == [assignment]
    assert await rows.app_roles(application.id, robin.user.id) == {READER.id}
    ending = unassign_application(world.host, application, assignment, at=world.now)
    await world.carry_out(ending)
    with pytest.raises(StaleError):
        await world.carry_out(ending)
    assert "50105" in (await opens(visitor, asks(world, application))).text
    assert await rows.by_id(assignment.id) is None


async def test_an_assignment_goes_with_its_application(world: World) -> None:
    robin, application = await world.person(), await world.application(home_page=HOME_PAGE)
    act = assign_application(
        world.administration,
        world.host,
        application,
        Principal(user_id=robin.user.id),
        at=world.now,
    )
    assignment = await world.carry_out(act)
    await world.carry_out(delete_application(world.host, application, at=world.now))
    assert await world.store.assignments.by_id(assignment.id) is None
    with pytest.raises(StaleError):
        await world.carry_out(act)
